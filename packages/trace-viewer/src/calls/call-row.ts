/** What came of a record: whether its call got what it asked for, or what else it was. */
export type CallOutcome = 'done' | 'failed' | 'skipped' | 'looked' | 'power-on';

/** A record as a row of the list. Plain data. */
export interface CallRow {
  readonly record: number;
  /** When, in ns since the trace began; null: not recorded. */
  readonly at: number | null;
  readonly cpu: number;
  readonly call: string;
  /** What it asked for, in words, one for each argument. */
  readonly args: readonly string[];
  /** What it returned, in words; empty: nothing. */
  readonly result: string;
  readonly outcome: CallOutcome;
  /** The frame that it returned, or else the one that it names; null: none. */
  readonly frame: number | null;
  /** Symbols of the caller's stack, innermost first. */
  readonly stack: readonly string[];
}
