import { openState, pageInfo } from '@heaplay/core';
import type { HeapState, PageInfo } from '@heaplay/core';

/** A frame: what it is now, and what it has been from power-on. */
export interface FrameFacts extends PageInfo {
  /** Is there memory? */
  readonly ram: boolean;
  readonly node: number;
  readonly zone: number;
  /** Index of its record in the frame table; null: it has none. */
  readonly pdx: number | null;
}

/** What a frame is in a state. Throws `RangeError` for one that the machine does not have. */
export function frameFacts(state: HeapState, mfn: number): FrameFacts {
  const { platform } = state;
  const { frames, ram } = platform.machine;
  if (!Number.isInteger(mfn) || mfn < 0 || mfn >= frames) {
    throw new RangeError(`frame ${mfn} is not there: the machine has frames 0 to ${frames - 1}`);
  }
  return {
    ...pageInfo(openState(state), mfn),
    ram: ram.some(([first, end]) => first <= mfn && mfn < end),
    node: platform.nodeOf(mfn),
    zone: platform.zoneOf(mfn),
    pdx: platform.frameTable.pdxOf(mfn) ?? null,
  };
}
