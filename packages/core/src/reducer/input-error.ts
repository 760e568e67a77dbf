/** What is wrong with a call that cannot be carried out at all: not what Xen refuses, but what makes no sense. */
export interface InputProblem {
  /** The call's field. */
  readonly field: string;
  readonly found: string;
  readonly expected: string;
  /** What to do next. */
  readonly hint?: string;
}

/** A call that makes no sense on this machine or in this state: bad input, not an outcome. The state is untouched. */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly problem: InputProblem;

  constructor(problem: InputProblem) {
    super(`${problem.field}: found ${problem.found}, expected ${problem.expected}`);
    this.problem = problem;
  }
}
