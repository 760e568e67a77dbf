import { isObservation } from '@heaplay/replay';
import type { Timeline } from '@heaplay/replay';
import type { Engine } from '../engine/engine.ts';
import type { CallOutcome, CallRow } from './call-row.ts';
import { argumentWords, frameOf, resultWords } from './call-words.ts';

/** Which rows of a run. */
export interface RowsAsked {
  readonly run: number;
  readonly records: readonly number[];
}

/** The records of these numbers, as rows; those that the run does not reach are left out. */
export function callRows(engine: Engine, { run, records }: RowsAsked): CallRow[] {
  const { timeline } = engine.run(run);
  return records.filter((record) => record <= timeline.length).map((record) => rowOf(timeline, record));
}

/** A record of a run as a row. */
export function rowOf(timeline: Timeline, record: number): CallRow {
  if (record === 0) return POWER_ON;
  const said = timeline.recordAt(record);
  const result = timeline.resultAt(record);
  return {
    record,
    at: said.at ?? null,
    cpu: said.cpu ?? 0,
    call: said.type,
    args: argumentWords(said),
    result: resultWords(said.type, result),
    outcome: outcomeOf(timeline, record),
    frame: frameOf(said, result),
    stack: said.caller ?? [],
  };
}

const POWER_ON: CallRow = {
  record: 0,
  at: null,
  cpu: 0,
  call: 'power-on',
  args: [],
  result: '',
  outcome: 'power-on',
  frame: null,
  stack: [],
};

function outcomeOf(timeline: Timeline, record: number): CallOutcome {
  if (isObservation(timeline.recordAt(record))) return 'looked';
  if (timeline.isSkipped(record)) return 'skipped';
  return timeline.hasFailed(record) ? 'failed' : 'done';
}
