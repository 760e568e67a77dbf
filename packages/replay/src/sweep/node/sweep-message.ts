import type { ConfigChange, Setup } from '../../rebase/reconfigure.ts';
import type { PackedTable } from '../../trace/table.ts';
import type { ImpossibleRun, SweptRun } from '../sweep-run.ts';
import type { UnreadRun } from '../sweep-line.ts';

/** A trace: where it lies, or all of it, if that is the standard input, which can be read once. */
export type SweepTrace =
  | { readonly name: string; readonly path: string }
  | { readonly name: string; readonly header: Setup; readonly table: PackedTable };

/** A trace for a thread, which keeps the one that it had last. */
export type TraceToSweep = SweepTrace | { readonly name: string; readonly isKept: true };

/** One run that a thread is to make. */
export interface SweepTask {
  readonly number: number;
  readonly trace: TraceToSweep;
  readonly change: ConfigChange;
}

/** When a thread did something, in milliseconds since 1970. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** What a thread says of a run that it has made. */
export interface SweepAnswer {
  readonly number: number;
  readonly came: SweptRun | ImpossibleRun | UnreadRun;
  /** When it was made; within it, when the trace was read, if it was. */
  readonly made: Stretch;
  readonly read: Stretch | null;
  /** What is to be said of the trace, which was read for this run: it was cut off. */
  readonly warning: string | null;
}
