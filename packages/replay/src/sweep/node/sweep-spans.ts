import type { Attributes } from '@opentelemetry/api';
import { RUN_ATTRIBUTES, RUN_SPANS } from '../../instrument/run-attributes.ts';
import { RunSpan } from '../../instrument/run-span.ts';
import { bugAttributes } from '../../instrument/setup-attributes.ts';
import type { Combination } from '../combinations.ts';
import type { SweepAnswer } from './sweep-message.ts';

/** Tells a run that a thread has made as spans below the sweep's: what runs on a thread says when, and is told here. */
export function tellRun(sweep: RunSpan, trace: string, vary: Combination, { came, made, read }: SweepAnswer): void {
  const about = { [RUN_ATTRIBUTES.traceName]: trace };
  const varied = Object.entries(vary).map(([key, value]) => `${key}=${textOf(value)}`);
  const run = new RunSpan(RUN_SPANS.sweepRun, { ...about, [RUN_ATTRIBUTES.vary]: varied }, sweep.context, made.start);
  if (read !== null) new RunSpan(RUN_SPANS.loadTrace, about, run.context, read.start).end(read.end);
  if ('error' in came) run.fail(came.error.message, made.end);
  else {
    const replay = new RunSpan(RUN_SPANS.replay, about, run.context, read?.end ?? made.start);
    replay.set(attributesOf(came));
    replay.end(made.end);
    run.set(attributesOf(came));
  }
  run.end(made.end);
}

function attributesOf(came: Exclude<SweepAnswer['came'], { readonly error: unknown }>): Attributes {
  if ('impossible' in came) return { [RUN_ATTRIBUTES.impossible]: came.impossible };
  return {
    [RUN_ATTRIBUTES.records]: came.records,
    [RUN_ATTRIBUTES.calls]: came.calls,
    [RUN_ATTRIBUTES.failed]: came.failed,
    [RUN_ATTRIBUTES.orphaned]: came.orphaned,
    [RUN_ATTRIBUTES.moved]: came.moved,
    [RUN_ATTRIBUTES.differs]: came.differs,
    ...bugAttributes(came.bug),
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
