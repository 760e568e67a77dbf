import { word } from '../units/word64.ts';
import type { Word } from '../units/word64.ts';

/** A range of memory in bytes: `size` bytes from `start` on. */
export interface ByteRange {
  readonly start: Word;
  readonly size: Word;
}

/** A run of frames: `pages` of them from `base` on. */
export interface FrameSpan {
  readonly base: Word;
  readonly pages: Word;
}

const PAGE_BITS = 12n;
const PAGE_MASK = (1n << PAGE_BITS) - 1n;

/** The frame that holds an address. */
export function frameBelow(address: Word): Word {
  return address >> PAGE_BITS;
}

/** The first frame that starts at or after an address. */
export function frameAbove(address: Word): Word {
  return word(address + PAGE_MASK) >> PAGE_BITS;
}

/** The end of a range in bytes, excluded. */
export function endOf({ start, size }: ByteRange): Word {
  return word(start + size);
}

/** The frames that a range touches, the first and the last one perhaps in part (PDX-MASK-1, PDX-OFFSET-1). */
export function touchedFrames(range: ByteRange): FrameSpan {
  const base = frameBelow(range.start);
  return { base, pages: word(frameAbove(endOf(range)) - base) };
}

/** The frame behind the last one of a run. */
export function spanEnd({ base, pages }: FrameSpan): Word {
  return word(base + pages);
}

/** How many bytes these pages are. */
export function bytesOf(pages: Word): Word {
  return word(pages << PAGE_BITS);
}
