import type { EditRecord } from '../rebase/paired-run.ts';
import type { Setup } from '../rebase/reconfigure.ts';
import type { TraceTable } from '../trace/table.ts';
import type { Timeline } from './timeline.ts';

/** A trace that a timeline is to be made of. */
export interface TimelineSource {
  readonly name: string;
  readonly header: Setup;
  /** The records; more may be appended while the timeline grows. */
  readonly table: TraceTable;
}

/** How to open a timeline. */
export interface TimelineOptions {
  /** The configuration to run it under; the recorded one unless said. */
  readonly to?: Setup;
  /** What to make of records before they are replayed. */
  readonly edit?: EditRecord;
  readonly spacing?: number;
}

/** How far the opening has come; with the timeline at the end. */
export interface TimelineProgress {
  readonly record: number;
  readonly records: number;
  readonly timeline: Timeline | null;
}
