import type { FieldProblem } from '../schema/decoded.ts';

/** A call that makes no sense on this machine or in this state: bad input, not an outcome. The state is untouched. */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly problem: FieldProblem;

  constructor(problem: FieldProblem) {
    super(`${problem.field}: found ${problem.found}, expected ${problem.expected}`);
    this.problem = problem;
  }
}
