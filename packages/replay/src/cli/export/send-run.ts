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

/** Sends spans and metrics of a run to the receiver that the environment names. Throws `UsageError` where that is wrong. */
export async function sendRun(run: ExportedRun, frame: TelemetryFrame, terminal: Terminal): Promise<SentRun> {
  const limits = spanLimits();
  const most = getNumberFromEnv('OTEL_BSP_MAX_EXPORT_BATCH_SIZE') ?? SPANS_A_BATCH;
  const spans = getStringFromEnv('OTEL_TRACES_EXPORTER') === 'none' ? null : spanSender();
  const metrics = getStringFromEnv('OTEL_METRICS_EXPORTER') === 'none' ? null : metricSender();
  let batch: ReadableSpan[] = [];
  let samples: HeapMetricSample[] = [];
  const sendSpans = async (): Promise<void> => {
    const sent = batch;
    batch = [];
    if (sent.length > 0) await spans?.send(sent, sent.length);
  };
  const sendSamples = async (): Promise<void> => {
    const points = samples.reduce((sum, sample) => sum + sample.points.length, 0);
    const sent = resourceMetrics(samples, frame);
    samples = [];
    if (points > 0) await metrics?.send(sent, points);
  };
  for await (const item of telemetry(run, metrics === null ? {} : { metricsEvery: metricsEvery(run) }, terminal)) {
    if (item.kind === 'metrics') {
      samples.push(item);
      if (samples.length >= SAMPLES_A_BATCH) await sendSamples();
    } else if (item.kind !== 'pause') {
      batch.push(readableSpan(item, frame, limits));
      if (batch.length >= most) await sendSpans();
    }
  }
  await sendSpans();
  await sendSamples();
  await Promise.all([spans?.close(), metrics?.close()]);
  return {
    spans: spans === null ? null : { url: spans.url, counts: spans.counts },
    points: metrics === null ? null : { url: metrics.url, counts: metrics.counts },
  };
}
