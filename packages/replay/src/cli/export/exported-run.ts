import { setImmediate as turn } from 'node:timers/promises';
import { RUN_ATTRIBUTES, RUN_SPANS } from '../../instrument/run-attributes.ts';
import { setupAttributes } from '../../instrument/setup-attributes.ts';
import { tracedPieces } from '../../instrument/traced.ts';
import type { BothTelemetry } from '../../otel/both-runs.ts';
import type { HeapMetricSample } from '../../otel/heap-metrics.ts';
import type { HeapSpan } from '../../otel/heap-span.ts';
import type { RunSpanOptions, RunTelemetry } from '../../otel/run-spans.ts';
import type { TraceIdentity } from '../../otel/trace-identity.ts';
import type { Setup } from '../../rebase/reconfigure.ts';
import { count, plural } from '../../text/format.ts';
import type { Terminal } from '../terminal.ts';

/** A run that is being exported: one by itself, or one side of a comparison. */
export interface ExportedSide {
  readonly setup: Setup;
  readonly identity: TraceIdentity;
}

/** What is being exported: a run, or two with links between them. */
export interface ExportedRun {
  readonly name: string;
  readonly sides: readonly [ExportedSide] | readonly [ExportedSide, ExportedSide];
  /** Records of the longest side. */
  readonly records: number;
  readonly walk: (options: RunSpanOptions) => Iterable<RunTelemetry | BothTelemetry>;
  /** 0..1; all unless said. */
  readonly sample: number | undefined;
  /** Records between two samples of the metrics; about a thousand samples unless said. */
  readonly metricsEvery: number | undefined;
}

/** What there is to tell, and of which of the sides. */
export interface ToldItem {
  readonly side: 0 | 1;
  readonly item: HeapSpan | HeapMetricSample;
}

/** About how many samples are taken of a run, unless it is said. */
const SAMPLES = 1000;

/** Records between two samples of the metrics. */
export function metricsEvery({ records, metricsEvery: asked }: ExportedRun): number {
  return asked ?? Math.ceil(records / SAMPLES);
}

/** What there is to tell, with turns for others. */
export function telemetry(
  run: ExportedRun,
  more: RunSpanOptions,
  { progress }: Terminal,
): AsyncGenerator<ToldItem, void, undefined> {
  const [{ setup }] = run.sides;
  const counted = { items: 0 };
  return tracedPieces(
    { name: RUN_SPANS.export, attributes: setupAttributes(run.name, run.sides[1]?.setup ?? setup) },
    told(run, more, progress, counted),
    () => ({ [RUN_ATTRIBUTES.records]: run.records, [RUN_ATTRIBUTES.spans]: counted.items }),
  );
}

async function* told(
  { walk, records, sample: share }: ExportedRun,
  more: RunSpanOptions,
  progress: Terminal['progress'],
  counted: { items: number },
): AsyncGenerator<ToldItem> {
  const sample = share === undefined ? {} : { sample: share };
  for (const item of walk({ ...sample, ...more })) {
    if (item.kind === 'pause') {
      progress?.(`exporting: record ${count(item.record)} of ${plural(records, 'record')}`);
      await turn();
      continue;
    }
    const own = item.kind === 'side' ? item.item : item;
    if (own.kind !== 'metrics') counted.items++;
    yield { side: item.kind === 'side' && item.side === 'b' ? 1 : 0, item: own };
  }
  progress?.('');
}
