import {
  BootPanic,
  ConfigError,
  GrowingTimeline,
  changeRecord,
  describeProblem,
  editRecords,
  isObservation,
  resolveSetup,
  sameSetup,
} from '@heaplay/replay';
import type { EditRecord, TimelineSource } from '@heaplay/replay';
import type { CallRecord } from '@heaplay/core';
import type { Engine } from '../engine/engine.ts';
import type { RunSummary } from '../engine/run.ts';
import type { Job } from '../remote/job.ts';
import { BadChange, configChange, namedRecords, parseOtherSide } from './run-change.ts';
import type { RunChange } from './run-change.ts';

/** What to work out: the run, and what is otherwise, as the address says it. */
export interface RunToDerive {
  readonly run: number;
  readonly change: string;
}

/** Records at one go: what is asked meanwhile must not wait. */
const STRETCH = 512;
/** Milliseconds between two reports. */
const REPORT = 100;

/**
 * Works out a run of an open trace under another configuration, or with records left out or changed. It can be looked
 * at while it is made; to cancel gives it up. Fails with an error that says what is wrong with the change, or why the
 * machine does not boot with it.
 */
export async function deriveRun(
  engine: Engine,
  { run: from, change }: RunToDerive,
  job: Job<RunSummary>,
): Promise<RunSummary> {
  const origin = engine.run(from);
  const source = { name: origin.name, header: origin.header, table: origin.timeline.table };
  const growing = startOf(source, change);
  const derived = { from, change };
  const run = engine.addDerived(`${origin.name}: ${change}`, origin.header, growing.timeline(), derived);
  try {
    job.progress(run.summary());
    let reported = performance.now();
    while (growing.advance(STRETCH)) {
      await job.breathe();
      if (performance.now() - reported < REPORT) continue;
      run.grow(growing.timeline());
      job.progress(run.summary());
      reported = performance.now();
    }
  } catch (error) {
    engine.close(run.id);
    throw told(error);
  }
  run.growing = false;
  run.grow(growing.timeline());
  return run.summary();
}

/** Forgets a run. */
export function closeRun(engine: Engine, { run }: { readonly run: number }): void {
  engine.close(run);
}

function startOf(source: TimelineSource, text: string): GrowingTimeline {
  try {
    const other = parseOtherSide(text);
    if (other?.kind !== 'change') throw new BadChange(`found "${text}"; expected what is to be otherwise`);
    const { change } = other;
    const to = resolveSetup(source.header, configChange(change));
    const edit = editOf(source, change);
    if (edit === undefined && sameSetup(source.header, to)) {
      throw new BadChange('nothing is otherwise: this is the recorded configuration. Next: change something');
    }
    return new GrowingTimeline(source, { to, ...(edit === undefined ? {} : { edit }) });
  } catch (error) {
    throw told(error);
  }
}

function editOf({ table }: TimelineSource, { without, orders }: RunChange): EditRecord | undefined {
  const leftOut = namedRecords(without, table.length);
  if (leftOut.size + orders.length === 0) return undefined;
  const changed = new Map<number, CallRecord>();
  for (const { record, order } of orders) {
    const call = record < 1 || record > table.length ? undefined : table.record(record);
    if (call === undefined || isObservation(call) || !('order' in call)) {
      const found = call === undefined ? 'nothing' : call.type;
      throw new BadChange(`order of record ${record}: found ${found}; expected a call that names an order`);
    }
    const other = changeRecord(call, { order });
    if (!other.ok) throw new BadChange(`order of record ${record}: ${describeProblem(other.problem)}`);
    changed.set(record, other.value);
  }
  return editRecords({ without: leftOut, changed });
}

/** The same error with what it means for whoever asked. */
function told(error: unknown): unknown {
  if (error instanceof BootPanic) {
    return named('BootPanic', `this machine does not boot like that. Xen says: ${error.message}`);
  }
  if (error instanceof ConfigError) {
    return named('ConfigError', `${error.problem.field}: ${describeProblem(error.problem)}`);
  }
  return error;
}

function named(name: string, message: string): Error {
  const error = new Error(message);
  error.name = name;
  return error;
}
