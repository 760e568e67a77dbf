import { setImmediate as turn } from 'node:timers/promises';
import { runSpans } from '../../otel/run-spans.ts';
import type { RunSpanOptions, RunTelemetry } from '../../otel/run-spans.ts';
import type { TraceIdentity } from '../../otel/trace-identity.ts';
import { count, plural } from '../../text/format.ts';
import type { TimelineSource } from '../../timeline/timeline-source.ts';
import type { Terminal } from '../terminal.ts';

/** A run that is being exported. */
export interface ExportedRun {
  readonly source: TimelineSource;
  readonly identity: TraceIdentity;
  /** 0..1; all unless said. */
  readonly sample: number | undefined;
  /** Records between two samples of the metrics; about a thousand samples unless said. */
  readonly metricsEvery: number | undefined;
}

/** About how many samples are taken of a run, unless it is said. */
const SAMPLES = 1000;

/** Records between two samples of the metrics. */
export function metricsEvery({ source, metricsEvery: asked }: ExportedRun): number {
  return asked ?? Math.ceil(source.table.length / SAMPLES);
}

/** What there is to tell of a run, with turns for others. */
export async function* telemetry(
  { source, identity, sample: share }: ExportedRun,
  more: RunSpanOptions,
  { progress }: Terminal,
): AsyncGenerator<RunTelemetry> {
  const sample = share === undefined ? {} : { sample: share };
  for (const item of runSpans(source, identity, { ...sample, ...more })) {
    if (item.kind === 'pause') {
      progress?.(`exporting: record ${count(item.record)} of ${plural(source.table.length, 'record')}`);
      await turn();
    }
    yield item;
  }
  progress?.('');
}
