import type { Platform } from '../machine/platform.ts';
import { pdxSource } from '../pdx/machine-pdx.ts';
import type { FieldProblem } from '../schema/decoded.ts';
import { orderPages } from '../units/order.ts';

/** A call that makes no sense on this machine or in this state: bad input, not an outcome. The state is untouched. */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly problem: FieldProblem;

  constructor(problem: FieldProblem) {
    super(`${problem.field}: found ${problem.found}, expected ${problem.expected}`);
    this.problem = problem;
  }
}

/** Refuses a block that the heap cannot hold: an order above the greatest, or frames that the frame table does not cover. */
export function checkBlock(platform: Platform, mfn: number, order: number): void {
  const { maxOrder } = platform.config;
  if (order > maxOrder) {
    throw new InputError({ field: 'order', found: String(order), expected: `an order of a block, 0 to ${maxOrder}` });
  }
  checkFrames(platform, 'mfn', mfn, mfn + orderPages(order));
}

/** Refuses frames `[first, end)` that reach beyond the frame table, or into a hole of it (PDX-7). */
export function checkFrames(platform: Platform, field: string, first: number, end: number): void {
  if (end <= first) return;
  const invalid = platform.frameTable.firstInvalid(first, end);
  if (invalid === end) return;
  const found = `frames 0x${first.toString(16)} to 0x${(end - 1).toString(16)}`;
  const { frames } = platform.machine;
  if (end > frames) {
    throw new InputError({
      field,
      found,
      expected: `frames below 0x${frames.toString(16)}, where the frame table ends`,
      hint: 'is machine.frames right?',
    });
  }
  throw new InputError({
    field,
    found,
    expected: `frames that the frame table covers: with PDX compression by ${platform.config.pdx}, 0x${invalid.toString(16)} lies in a hole`,
    hint: `does ${pdxSource(platform.machine)} name all of the RAM?`,
  });
}
