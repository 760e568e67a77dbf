import { getNumberFromEnv, getStringFromEnv } from '@opentelemetry/core';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { HeapMetricSample } from '../../otel/heap-metrics.ts';
import { metricsEvery, telemetry } from './exported-run.ts';
import type { ExportedRun } from './exported-run.ts';
import { metricSender, spanSender } from './otlp-sender.ts';
import type { SendCounts } from './otlp-sender.ts';
import { SPANS_A_BATCH, readableSpan } from './readable-span.ts';
import { resourceMetrics } from './resource-metrics.ts';
import { spanLimits } from './span-limits.ts';
import { frameOf } from './telemetry-frame.ts';
import type { TelemetryFrame } from './telemetry-frame.ts';
import type { Terminal } from '../terminal.ts';

/** Samples of the metrics in a request. */
const SAMPLES_A_BATCH = 16;

/** What became of one signal, and where it was sent. */
export interface SentSignal {
  readonly url: string;
  readonly counts: SendCounts;
}

/** What became of a run that was sent; null for what the environment switched off. */
export interface SentRun {
  readonly spans: SentSignal | null;
  readonly points: SentSignal | null;
}

/** Sends spans and metrics of what is exported to the receiver that the environment names. Throws `UsageError` where that is wrong. */
export async function sendRun(
  run: ExportedRun,
  frames: readonly TelemetryFrame[],
  terminal: Terminal,
): Promise<SentRun> {
  const limits = spanLimits();
  const most = getNumberFromEnv('OTEL_BSP_MAX_EXPORT_BATCH_SIZE') ?? SPANS_A_BATCH;
  const spans = getStringFromEnv('OTEL_TRACES_EXPORTER') === 'none' ? null : spanSender();
  const metrics = getStringFromEnv('OTEL_METRICS_EXPORTER') === 'none' ? null : metricSender();
  let batch: ReadableSpan[] = [];
  const samples = frames.map((): HeapMetricSample[] => []);
  const sendSpans = async (): Promise<void> => {
    const sent = batch;
    batch = [];
    if (sent.length > 0) await spans?.send(sent, sent.length);
  };
  const sendSamples = async (side: number): Promise<void> => {
    const taken = samples[side]?.splice(0) ?? [];
    const points = taken.reduce((sum, sample) => sum + sample.points.length, 0);
    if (points > 0) await metrics?.send(resourceMetrics(taken, frameOf(frames, side)), points);
  };
  const more = metrics === null ? {} : { metricsEvery: metricsEvery(run) };
  for await (const { side, item } of telemetry(run, more, terminal)) {
    if (item.kind === 'metrics') {
      samples[side]?.push(item);
      if (samples[side]?.length === SAMPLES_A_BATCH) await sendSamples(side);
    } else {
      batch.push(readableSpan(item, frameOf(frames, side), limits));
      if (batch.length >= most) await sendSpans();
    }
  }
  await sendSpans();
  for (const side of samples.keys()) await sendSamples(side);
  await Promise.all([spans?.close(), metrics?.close()]);
  return {
    spans: spans === null ? null : { url: spans.url, counts: spans.counts },
    points: metrics === null ? null : { url: metrics.url, counts: metrics.counts },
  };
}
