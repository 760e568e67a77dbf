import { word } from '../units/word64.ts';
import type { Word } from '../units/word64.ts';
import { endOf, frameBelow, touchedFrames } from './byte-range.ts';
import type { ByteRange } from './byte-range.ts';
import type { PdxCompression } from './pdx-compression.ts';

/** Groups side by side that are backed: `count` of them from `first` on. */
export interface GroupRun {
  readonly first: Word;
  readonly count: Word;
}

/** Which parts of the frame table need memory behind them (PDX-MASK-4, PDX-OFFSET-4). */
export interface FrameGroups {
  /** The frame behind the last whole one of RAM. */
  readonly maxPage: Word;
  /** The PDX behind that of the last whole frame. */
  readonly maxPdx: Word;
  /** The groups with RAM in them, rising, and the first one in any case. */
  readonly backed: readonly GroupRun[];
}

/** The region test of a range, with all pages that it touches. */
export function isCompressibleRange(compression: PdxCompression, range: ByteRange): boolean {
  return compression.isCompressible(range.start, touchedFrames(range).pages);
}

/** Does every range that is not empty pass the region test? */
export function isCovered(compression: PdxCompression, ranges: readonly ByteRange[]): boolean {
  return ranges.every((range) => range.size === 0n || isCompressibleRange(compression, range));
}

/** The groups of the frame table that hold records of RAM; undefined if the ranges have no whole page. All of them must be covered. */
export function frameGroups(
  compression: PdxCompression,
  ranges: readonly ByteRange[],
  groupPages: number,
): FrameGroups | undefined {
  // Empty ranges take part in this.
  const maxPage = ranges.map((range) => frameBelow(endOf(range))).reduce((most, end) => (end > most ? end : most), 0n);
  if (maxPage === 0n) return undefined;
  const size = BigInt(groupPages);
  const groups = ranges
    // Rounded down at both ends, unlike where ranges are registered.
    .map((range) => ({ first: frameBelow(range.start), end: frameBelow(endOf(range)) }))
    .filter(({ first, end }) => first < end)
    .map(({ first, end }) => ({
      first: compression.toPdx(first) / size,
      last: compression.toPdx(end - 1n) / size,
    }));
  return {
    maxPage,
    maxPdx: word(compression.toPdx(maxPage - 1n) + 1n),
    backed: joined([{ first: 0n, last: 0n }, ...groups]),
  };
}

/** Has this PDX a record with memory behind it? */
export function isBacked({ backed }: FrameGroups, pdx: Word, groupPages: number): boolean {
  const group = pdx / BigInt(groupPages);
  return backed.some(({ first, count }) => first <= group && group < first + count);
}

function joined(groups: readonly { readonly first: Word; readonly last: Word }[]): GroupRun[] {
  const runs: { first: Word; count: Word }[] = [];
  for (const { first, last } of groups.toSorted((a, b) => (a.first < b.first ? -1 : Number(a.first > b.first)))) {
    const run = runs.at(-1);
    if (run === undefined || first > run.first + run.count) runs.push({ first, count: last - first + 1n });
    else if (last >= run.first + run.count) run.count = last - run.first + 1n;
  }
  return runs;
}
