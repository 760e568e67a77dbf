import type { Combination } from './combinations.ts';
import type { ImpossibleRun, SweptRun } from './sweep-run.ts';

/** A trace that could not be read or made no sense. */
export interface UnreadRun {
  readonly error: { readonly message: string };
}

/** What came of a trace under a combination: a line of a sweep. */
export type SweepLine = { readonly trace: string; readonly vary: Combination } & (SweptRun | ImpossibleRun | UnreadRun);
