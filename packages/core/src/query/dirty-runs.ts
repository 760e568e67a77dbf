import { isFree, orderOf } from '../state/block-record.ts';
import type { HeapReader } from '../state/heap-reader.ts';
import { orderPages } from '../units/order.ts';
import { Fnv1a64 } from './fnv.ts';

/** Dirty free pages as runs `[first, length]`, rising; the cost is that of the dirty runs. */
export function dirtyRuns(heap: HeapReader): [first: number, length: number][] {
  const { blocks, dirty, platform } = heap;
  const { frames } = platform.machine;
  const runs: [number, number][] = [];
  let at = dirty.firstDirty(0, frames);
  while (at >= 0) {
    // A mark on a page in use, or offlined, does not count: the block decides.
    const meta = blocks.find(at);
    const blockEnd = Math.min(frames, blocks.head + orderPages(orderOf(meta)));
    if (isFree(meta)) {
      const clean = dirty.firstClean(at, blockEnd);
      const end = clean < 0 ? blockEnd : clean;
      const last = runs.at(-1);
      if (last !== undefined && last[0] + last[1] === at) last[1] += end - at;
      else runs.push([at, end - at]);
      at = end;
    } else {
      at = blockEnd;
    }
    at = at < frames ? dirty.firstDirty(at, frames) : -1;
  }
  return runs;
}

/** Digest of dirty runs, as the trace format defines it. */
export function dirtyDigest(runs: readonly (readonly [number, number])[]): string {
  const hash = new Fnv1a64();
  for (const [first, length] of runs) hash.update(`${first}+${length},`);
  return hash.hex();
}
