import { MAX_ORDER } from '../units/order.ts';
import { lowBits, withoutBits, word } from '../units/word64.ts';
import type { Word } from '../units/word64.ts';
import { spanEnd } from './byte-range.ts';
import type { FrameSpan } from './byte-range.ts';

/**
 * Sorted by base, in place within a copy, by a binary heap: not stable, so which of two ranges with the same base comes
 * first follows from every step of it (PDX-OFFSET-5).
 */
export function heapSorted(spans: readonly FrameSpan[]): FrameSpan[] {
  const heap = [...spans];
  for (let root = Math.floor(heap.length / 2) - 1; root >= 0; root--) siftDown(heap, root, heap.length);
  for (let end = heap.length - 1; end > 0; end--) {
    swap(heap, 0, end);
    siftDown(heap, 0, end);
  }
  return heap;
}

function siftDown(heap: FrameSpan[], root: number, size: number): void {
  let parent = root;
  for (let child = 2 * parent + 1; child < size; child = 2 * parent + 1) {
    if (child + 1 < size && baseAt(heap, child) < baseAt(heap, child + 1)) child++;
    if (baseAt(heap, parent) >= baseAt(heap, child)) return;
    swap(heap, parent, child);
    parent = child;
  }
}

function baseAt(spans: readonly FrameSpan[], at: number): Word {
  return (spans[at] as FrameSpan).base;
}

function swap(spans: FrameSpan[], a: number, b: number): void {
  [spans[a], spans[b]] = [spans[b] as FrameSpan, spans[a] as FrameSpan];
}

/** Aligns sorted ranges down to `2^MAX_ORDER` frames, and merges those that overlap then; to touch is not to overlap (PDX-OFFSET-6). */
export function alignedRegions(sorted: readonly FrameSpan[]): FrameSpan[] {
  const aligned = sorted.map((span) => {
    const base = withoutBits(span.base, lowBits(MAX_ORDER));
    return { base, pages: word(span.pages + (span.base - base)) };
  });
  return merged(aligned, (span, last) => span.base < spanEnd(last));
}

/** Merges neighbours that share an index (PDX-OFFSET-9). Both ends of a region have the same one: the index leaves out every bit that moves in any. */
export function regionsByIndex(regions: readonly FrameSpan[], indexOf: (pfn: Word) => number): FrameSpan[] {
  return merged(regions, (region, last) => indexOf(region.base) === indexOf(last.base));
}

/**
 * Merges each range with the one before it if they belong together. The end becomes that of the later one, even if it
 * lies lower: a range within another one makes it shorter, and what follows is held against the shorter one.
 */
function merged(spans: readonly FrameSpan[], belongs: (span: FrameSpan, last: FrameSpan) => boolean): FrameSpan[] {
  const regions: FrameSpan[] = [];
  for (const span of spans) {
    const last = regions.at(-1);
    if (last === undefined || !belongs(span, last)) regions.push(span);
    else regions[regions.length - 1] = { base: last.base, pages: word(spanEnd(span) - last.base) };
  }
  return regions;
}
