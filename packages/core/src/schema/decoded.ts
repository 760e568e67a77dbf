/** What is wrong with one field of a JSON value that came from outside. All texts are plain words, without a full stop. */
export interface FieldProblem {
  /** Where: `heap.mode`, `nodes[0].ranges[1]`; empty for the value as a whole. */
  readonly field: string;
  /** What stands there, shortened: `"0xzz"`, `nothing`, `-1`. */
  readonly found: string;
  /** What should stand there. */
  readonly expected: string;
  /** What to do next, if that can be said better than "fix the field". */
  readonly hint?: string;
}

/** A value that came from outside and was checked: the value, or the first thing that is wrong with it. */
export type Decoded<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: FieldProblem };

/** A checked value. */
export function decoded<T>(value: T): Decoded<T> {
  return { ok: true, value };
}

/** A refused value. */
export function refused(problem: FieldProblem): { readonly ok: false; readonly problem: FieldProblem } {
  return { ok: false, problem };
}
