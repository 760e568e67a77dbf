import { MAX_ORDER } from '../units/order.ts';
import { fillBelow } from '../units/word64.ts';
import type { Word } from '../units/word64.ts';
import { frameBelow, touchedFrames } from './byte-range.ts';
import type { ByteRange, FrameSpan } from './byte-range.ts';
import type { PdxVerdict } from './pdx-compression.ts';

/** What a compression is set up from. */
export interface PdxInput {
  /** The ranges of RAM, in the order in which they are registered: unsorted, unaligned, overlapping or empty if so. */
  readonly ranges: readonly ByteRange[];
  /** Address in bytes below which every bit may move. */
  readonly base: Word;
  /** Ranges that there is room for. */
  readonly maxRanges: number;
  /** Was compression left on? True unless said otherwise. */
  readonly enabled?: boolean;
}

const SMALLEST_MASK = 1n << BigInt(MAX_ORDER + 12);

/** The page bits that a number of bytes makes use of: those below `2^MAX_ORDER` at least (PDX-MASK-3, PDX-OFFSET-3). */
export function initialMask(bytes: Word): Word {
  return frameBelow(fillBelow((bytes > SMALLEST_MASK ? bytes : SMALLEST_MASK) - 1n));
}

/** The frames of every range that is not empty (PDX-MASK-1, PDX-OFFSET-1), or why there is nothing to set up (PDX-MASK-2, PDX-OFFSET-2). */
export function registerRanges({ ranges, maxRanges, enabled = true }: PdxInput): readonly FrameSpan[] | PdxVerdict {
  if (!enabled) return 'disabled';
  const spans = ranges.filter(({ size }) => size !== 0n).map(touchedFrames);
  if (spans.length === 0) return 'no-ranges';
  return spans.length > maxRanges ? 'too-many' : spans;
}
