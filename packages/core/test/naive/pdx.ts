/** Mask compression as one would do it with a pencil: frame numbers as rows of digits (PDX-2, PDX-MASK). */
import type { FrameRange } from './wire.ts';

const DIGITS = 64;
const LOWEST_BIT = 18;

/** The digits of a number, the lowest first. */
function digits(value: number): string[] {
  return [...value.toString(2).padStart(DIGITS, '0')].toReversed();
}

function fromDigits(row: readonly string[]): number {
  return Number(`0b${row.toReversed().join('')}`);
}

/** For every digit: is it ever 1, or does it ever change, in one of these ranges? */
function usedDigits(ranges: readonly FrameRange[]): boolean[] {
  const used = Array.from({ length: DIGITS }, (_, at) => at < LOWEST_BIT);
  for (const [first, end] of ranges) {
    const [low, high] = [digits(first), digits(end - 1)];
    const top = low.findLastIndex((digit, at) => digit !== high[at]);
    for (let at = 0; at < DIGITS; at++) if (at <= top || low[at] === '1') used[at] = true;
  }
  return used;
}

/** The digits to be left out: `[first, end)`; none if the two are equal. */
export function naiveHole(ranges: readonly FrameRange[]): FrameRange {
  const used = usedDigits(ranges.filter(([first, end]) => first < end));
  let best: FrameRange = [0, 0];
  for (let first = LOWEST_BIT; first < DIGITS; first++) {
    if (used[first] === true) continue;
    const end = used.indexOf(true, first);
    if (end >= 0 && end - first > best[1] - best[0]) best = [first, end];
  }
  return best;
}

/** The PDX of a frame; undefined if a digit that is left out is not 0. */
export function naivePdx([first, end]: FrameRange, mfn: number): number | undefined {
  const row = digits(mfn);
  if (row.slice(first, end).includes('1')) return undefined;
  return fromDigits([...row.slice(0, first), ...row.slice(end)]);
}

/** Is there a record for this frame, asked of every record in its group? */
export function naiveValid(ranges: readonly FrameRange[], group: number, mfn: number): boolean {
  const hole = naiveHole(ranges);
  const groupOf = (frame: number): number => Math.floor((naivePdx(hole, frame) ?? NaN) / group);
  const own = groupOf(mfn);
  return own === 0 || ranges.some(([first, end]) => first < end && groupOf(first) <= own && own <= groupOf(end - 1));
}
