import type { Platform } from '../machine/platform.ts';
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

/** Refuses a block that the heap cannot hold: an order above the greatest, or frames beyond the frame table. */
export function checkBlock(platform: Platform, mfn: number, order: number): void {
  const { maxOrder } = platform.config;
  if (order > maxOrder) {
    throw new InputError({ field: 'order', found: String(order), expected: `an order of a block, 0 to ${maxOrder}` });
  }
  checkFrames(platform, 'mfn', mfn, mfn + orderPages(order));
}

/** Refuses frames `[first, end)` that reach beyond the frame table. */
export function checkFrames(platform: Platform, field: string, first: number, end: number): void {
  const { frames } = platform.machine;
  if (end <= frames || end <= first) return;
  throw new InputError({
    field,
    found: `frames 0x${first.toString(16)} to 0x${(end - 1).toString(16)}`,
    expected: `frames below 0x${frames.toString(16)}, where the frame table ends`,
    hint: 'is machine.frames right?',
  });
}
