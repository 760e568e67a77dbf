import type { CallRecord } from '@heaplay/core';
import { ConfigurationDiff } from '../diff/diff-configurations.ts';
import type { SideBySide } from '../diff/diff-configurations.ts';
import { differs } from '../diff/diff-result.ts';
import type { DiffResult } from '../diff/diff-result.ts';
import { BootPanic } from '../rebase/boot-plan.ts';
import { PairedRun } from '../rebase/paired-run.ts';
import type { PairedStep } from '../rebase/paired-run.ts';
import { sameSetup } from '../rebase/reconfigure.ts';
import type { ConfigChange, Setup } from '../rebase/reconfigure.ts';
import { ConfigError, resolveSetup } from '../rebase/resolve-setup.ts';
import { atRecord } from '../replay/at-record.ts';
import { ReplaySession } from '../replay/replay-session.ts';
import { ReplayTally } from '../replay/replay-tally.ts';
import type { ReplayResult } from '../replay/replay-tally.ts';
import type { TimelineSource } from '../timeline/timeline-source.ts';
import { isObservation } from '../trace/record-kind.ts';

/** What a comparison with the recorded run says that a replay does not. */
type Compared = Pick<
  DiffResult,
  'same' | 'moved' | 'failedOnlyInA' | 'failedOnlyInB' | 'changed' | 'firstDivergence' | 'firstFailure' | 'ranOut'
>;

/** What came of a run under one configuration; `a` is the run as it was recorded, `b` this one. */
export interface SweptRun extends ReplayResult, Compared {
  /** Is there any difference from the recorded run but that of frames? */
  readonly differs: boolean;
  /** Calls that both sides made, or that are orphaned here. */
  readonly compared: number;
  readonly metrics: DiffResult['metrics'];
}

/** A configuration that there cannot be, or that does not boot. */
export interface ImpossibleRun {
  readonly impossible: string;
}

/**
 * Replays a trace under a changed configuration, in one walk: what `ReplayRun` says of it, and what a diff against the
 * recorded run says. Throws `TraceError` for a record that makes no sense.
 */
export function sweepRun(source: TimelineSource, change: ConfigChange): SweptRun | ImpossibleRun {
  try {
    const { header } = source;
    const to = resolveSetup({ machine: header.machine, heap: header.heap }, change);
    return sweptRun(source, to);
  } catch (error) {
    if (error instanceof ConfigError) return { impossible: error.message };
    if (error instanceof BootPanic) return { impossible: `it does not boot: ${error.message}` };
    throw error;
  }
}

function sweptRun({ name, header, table }: TimelineSource, to: Setup): SweptRun {
  const from = { machine: header.machine, heap: header.heap };
  const run = sameSetup(from, to) ? new RecordedBeside(from) : new PairedRun(from, to);
  const diff = new ConfigurationDiff(name, from, to, { run, moves: 0 });
  const tally = new ReplayTally();
  let isCompared = true;
  for (let record = 1; record <= table.length && tally.bug === null; record++) {
    const call = table.record(record);
    tally.records = record;
    if (isObservation(call)) continue;
    atRecord(name, record, () => {
      const step = run.step(call, record);
      for (const { call: planned, outcome } of step.layout) tally.note(record, planned, outcome);
      if (step.orphaned) tally.orphaned++;
      if (step.target !== null) tally.note(record, step.target.call, step.target.outcome);
      isCompared &&= diff.note(record, call, step);
    });
  }
  const result = diff.result();
  const { calls: compared, same, moved, failedOnlyInA, failedOnlyInB, changed } = result;
  const { firstDivergence, firstFailure, ranOut, metrics } = result;
  return {
    differs: differs(result),
    ...tally.result(run.b),
    compared,
    same,
    moved,
    failedOnlyInA,
    failedOnlyInB,
    changed,
    firstDivergence,
    firstFailure,
    ranOut,
    metrics,
  };
}

/** The recorded run, which is its own other side: to carry it out twice would say nothing more. */
class RecordedBeside implements SideBySide {
  readonly a: ReplaySession;
  readonly b: ReplaySession;
  readonly to: Setup;
  readonly planned = false;

  constructor(setup: Setup) {
    this.to = setup;
    this.a = ReplaySession.powerOn(setup.machine, setup.heap);
    this.b = this.a;
  }

  step(call: CallRecord): PairedStep {
    const freePagesBefore = this.a.heap.totals.freePages;
    const recorded = this.a.apply(call);
    return { recorded, layout: [], target: { call, outcome: recorded, freePagesBefore }, orphaned: false };
  }
}
