import { setImmediate as turn } from 'node:timers/promises';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { getBooleanFromEnv, getNumberFromEnv, getStringFromEnv } from '@opentelemetry/core';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { HeapMetricSample } from '../../otel/heap-metrics.ts';
import { runSpans } from '../../otel/run-spans.ts';
import type { RunSpanOptions, RunTelemetry } from '../../otel/run-spans.ts';
import { identifyTrace } from '../../otel/trace-identity.ts';
import type { TraceIdentity } from '../../otel/trace-identity.ts';
import { count, plural } from '../../text/format.ts';
import type { TimelineSource } from '../../timeline/open-timeline.ts';
import { STDIO, nodeSha256, writeFileWhole } from '../../trace/node/file.ts';
import type { CommandContext } from '../context.ts';
import { EXIT, UsageError } from '../exit.ts';
import type { ExitCode } from '../exit.ts';
import { loadSource } from '../open-timeline.ts';
import { otlpJson } from '../otlp/otlp-file.ts';
import { metricSender, spanSender } from '../otlp/otlp-sender.ts';
import type { SendCounts } from '../otlp/otlp-sender.ts';
import { readableSpan } from '../otlp/readable-span.ts';
import { resourceMetrics } from '../otlp/resource-metrics.ts';
import { spanLimits } from '../otlp/span-limits.ts';
import { telemetryFrame } from '../otlp/telemetry-frame.ts';
import type { TelemetryFrame } from '../otlp/telemetry-frame.ts';
import type { Terminal } from '../terminal.ts';

/** What a trace can be exported to. */
export type ExportTarget = 'otlp' | 'otlp-json';

/** What the options of `heaplay export` say. */
export interface ExportOptions {
  readonly to: ExportTarget;
  readonly output?: string;
  /** 0..1. */
  readonly sample?: number;
  /** When the trace began. */
  readonly start?: Date;
  readonly metricsEvery?: number;
  readonly json?: boolean;
}

/** Spans of a request, or of an entry in a file: the standard's own default. */
const BATCH = 512;

/** Samples of the metrics in a request. */
const SAMPLES_A_BATCH = 16;

/** About how many samples are taken of a run, unless it is said. */
const SAMPLES = 1000;

/** `heaplay export` */
export async function exportAction(
  path: string,
  options: ExportOptions,
  { terminal }: CommandContext,
): Promise<ExitCode> {
  checkOptions(options);
  diag.setLogger(
    { error: warn, warn, info: silent, debug: silent, verbose: silent },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  try {
    if (options.to === 'otlp' && getBooleanFromEnv('OTEL_SDK_DISABLED')) {
      terminal.err('heaplay: OTEL_SDK_DISABLED is set, so nothing is sent\n');
      return EXIT.ok;
    }
    const source = await loadSource(path, terminal);
    const identity = identifyTrace(source, nodeSha256);
    const frame = telemetryFrame(source.header, identity, options.start ?? new Date(0));
    const run = { source, identity, frame, options };
    return await (options.to === 'otlp' ? sendRun(run, terminal) : writeRun(run, terminal));
  } finally {
    diag.disable();
  }

  function warn(message: string, ...details: readonly unknown[]): void {
    terminal.err(`heaplay: ${[message, ...details].map(String).join(' ')}\n`);
  }
}

function silent(): void {}

function checkOptions({ to, output, metricsEvery, json }: ExportOptions): void {
  const wrong =
    to === 'otlp'
      ? output !== undefined && '-o: --to otlp sends, it writes no file. Next: leave it out, or use --to otlp-json'
      : (metricsEvery !== undefined && '--metrics-every: --to otlp-json writes spans only. Next: use --to otlp') ||
        (json === true && '--json: what --to otlp-json writes is JSON already. Next: leave it out');
  if (wrong !== false) throw new UsageError(wrong);
}

/** A run that is being exported. */
interface ExportedRun {
  readonly source: TimelineSource;
  readonly identity: TraceIdentity;
  readonly frame: TelemetryFrame;
  readonly options: ExportOptions;
}

async function writeRun(run: ExportedRun, terminal: Terminal): Promise<ExitCode> {
  const { output = STDIO } = run.options;
  let written = 0;
  async function* batches(): AsyncGenerator<readonly ReadableSpan[]> {
    const limits = spanLimits();
    let batch: ReadableSpan[] = [];
    for await (const item of telemetry(run, {}, terminal)) {
      if (item.kind === 'pause' || item.kind === 'metrics') continue;
      batch.push(readableSpan(item, run.frame, limits));
      if (batch.length < BATCH) continue;
      written += batch.length;
      yield batch;
      batch = [];
    }
    written += batch.length;
    if (batch.length > 0) yield batch;
  }
  const bytes = otlpJson(batches());
  if (output === STDIO) for await (const piece of bytes) await terminal.out(new TextDecoder().decode(piece));
  else await writeFileWhole(output, bytes);
  terminal.err(`${plural(written, 'span')} of ${run.source.name}\n`);
  return EXIT.ok;
}

async function sendRun(run: ExportedRun, terminal: Terminal): Promise<ExitCode> {
  const limits = spanLimits();
  const most = getNumberFromEnv('OTEL_BSP_MAX_EXPORT_BATCH_SIZE') ?? BATCH;
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
    const sent = resourceMetrics(samples, run.frame);
    samples = [];
    if (points > 0) await metrics?.send(sent, points);
  };
  const { source, options } = run;
  const every = options.metricsEvery ?? Math.ceil(source.table.length / SAMPLES);
  for await (const item of telemetry(run, metrics === null ? {} : { metricsEvery: every }, terminal)) {
    if (item.kind === 'metrics') {
      samples.push(item);
      if (samples.length >= SAMPLES_A_BATCH) await sendSamples();
    } else if (item.kind !== 'pause') {
      batch.push(readableSpan(item, run.frame, limits));
      if (batch.length >= most) await sendSpans();
    }
  }
  await sendSpans();
  await sendSamples();
  await Promise.all([spans?.close(), metrics?.close()]);
  const results = { spans: spans?.counts ?? null, points: metrics?.counts ?? null };
  await report(source.name, results, { spans: spans?.url, points: metrics?.url }, options, terminal);
  return Object.values(results).every((counts) => counts === null || counts.accepted === counts.made)
    ? EXIT.ok
    : EXIT.no;
}

/** What there is to tell of a run, with turns for others. */
async function* telemetry(
  { source, identity, options }: ExportedRun,
  more: RunSpanOptions,
  { progress }: Terminal,
): AsyncGenerator<RunTelemetry> {
  const sample = options.sample === undefined ? {} : { sample: options.sample };
  for (const item of runSpans(source, identity, { ...sample, ...more })) {
    if (item.kind === 'pause') {
      progress?.(`exporting: record ${count(item.record)} of ${plural(source.table.length, 'record')}`);
      await turn();
    }
    yield item;
  }
  progress?.('');
}

async function report(
  name: string,
  results: Readonly<Record<'spans' | 'points', SendCounts | null>>,
  urls: Readonly<Record<'spans' | 'points', string | undefined>>,
  { json }: ExportOptions,
  terminal: Terminal,
): Promise<void> {
  for (const [what, counts] of Object.entries(results)) {
    for (const reason of counts?.reasons ?? [])
      terminal.err(`heaplay: ${urls[what as 'spans' | 'points']}: ${reason}\n`);
  }
  if (json === true) {
    await terminal.out(`${JSON.stringify({ trace: name, ...results })}\n`);
    return;
  }
  const lines = Object.entries({ span: results.spans, 'data point': results.points }).map(([what, counts]) =>
    counts === null ? '' : `${line(what, counts)}\n`,
  );
  await terminal.out(lines.join(''));
}

function line(what: string, { made, accepted, rejected, lost }: SendCounts): string {
  const all = `${plural(made, what)}: ${count(accepted)} accepted`;
  return rejected + lost === 0
    ? all
    : `${all}, ${count(rejected)} rejected by the receiver, ${count(lost)} not delivered`;
}
