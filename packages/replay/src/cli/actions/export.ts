import { DiagLogLevel, diag } from '@opentelemetry/api';
import { getBooleanFromEnv } from '@opentelemetry/core';
import { count, plural } from '../../text/format.ts';
import { STDIO, writeFileWhole } from '../../trace/node/file.ts';
import type { CommandContext } from '../context.ts';
import { EXIT, UsageError } from '../exit.ts';
import type { ExitCode } from '../exit.ts';
import { chromeJson } from '../export/chrome-file.ts';
import { chooseRun } from '../export/choose-run.ts';
import type { RunChoice } from '../export/choose-run.ts';
import { TABLE_OPTIONS, refuseOptions } from '../export/foreign-options.ts';
import type { ExportedRun } from '../export/exported-run.ts';
import { otlpJson } from '../export/otlp-file.ts';
import type { SendCounts } from '../export/otlp-sender.ts';
import { sendRun } from '../export/send-run.ts';
import type { SentRun } from '../export/send-run.ts';
import { telemetryFrames } from '../export/telemetry-frame.ts';
import type { TelemetryFrame } from '../export/telemetry-frame.ts';
import type { Terminal } from '../terminal.ts';

/** What a trace can be exported to. */
export type ExportTarget = 'otlp' | 'otlp-json' | 'chrome';

/** What the options of `heaplay export` say. */
export interface ExportOptions extends RunChoice {
  readonly to: ExportTarget;
  readonly output?: string;
  /** 0..1. */
  readonly sample?: number;
  /** When the trace began. */
  readonly start?: Date;
  readonly metricsEvery?: number;
  readonly json?: boolean;
}

/** `heaplay export` */
export async function exportAction(
  path: string,
  other: string | undefined,
  options: ExportOptions,
  { terminal }: CommandContext,
): Promise<ExitCode> {
  checkOptions(options, other !== undefined);
  const { to, sample, metricsEvery } = options;
  if (to === 'otlp' && getBooleanFromEnv('OTEL_SDK_DISABLED')) {
    terminal.err('heaplay: OTEL_SDK_DISABLED is set, so nothing is sent\n');
    return EXIT.ok;
  }
  const run = { ...(await chooseRun(path, other, options, terminal)), sample, metricsEvery };
  return withWarnings(terminal, () => exportRun(run, options, terminal));
}

async function exportRun(run: ExportedRun, options: ExportOptions, terminal: Terminal): Promise<ExitCode> {
  const frames = (): readonly TelemetryFrame[] => telemetryFrames(run, options.start ?? new Date(0));
  switch (options.to) {
    case 'otlp':
      return report(run.name, await sendRun(run, frames(), terminal), options, terminal);
    case 'otlp-json':
      return write(otlpJson(run, frames(), terminal), options, terminal);
    case 'chrome':
      return write(chromeJson(run, terminal), options, terminal);
  }
}

/** Shows what the SDK warns of, as long as something is done with it. */
async function withWarnings<T>({ err }: Terminal, action: () => Promise<T>): Promise<T> {
  const warn = (message: string, ...details: readonly unknown[]): void => {
    err(`heaplay: ${[message, ...details].map(String).join(' ')}\n`);
  };
  const silent = (): void => {};
  diag.setLogger(
    { error: warn, warn, info: silent, debug: silent, verbose: silent },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  try {
    return await action();
  } finally {
    diag.disable();
  }
}

/** Each option and the targets that it says nothing to, with why and what to do. */
function checkOptions(options: ExportOptions, areTwo: boolean): void {
  const { to, output, start, metricsEvery, json, withRecorded } = options;
  refuseOptions(options, TABLE_OPTIONS, 'is for the tables of --to parquet and csv');
  const problems = [
    to === 'otlp' && output !== undefined && '-o: --to otlp sends, it writes no file. Next: leave it out',
    to !== 'otlp' && json === true && `--json: what --to ${to} writes is JSON already. Next: leave it out`,
    to === 'otlp-json' &&
      metricsEvery !== undefined &&
      '--metrics-every: --to otlp-json writes spans only. Next: leave it out',
    to === 'chrome' &&
      (areTwo || withRecorded === true) &&
      '--to chrome has no links from one run to another. Next: take --to otlp-json, or export each by itself',
    to === 'chrome' && start !== undefined && '--start: --to chrome counts from 0. Next: leave it out',
  ];
  const problem = problems.find((text) => typeof text === 'string');
  if (typeof problem === 'string') throw new UsageError(problem);
}

async function write(pieces: AsyncIterable<string>, { output }: ExportOptions, terminal: Terminal): Promise<ExitCode> {
  if (output === undefined || output === STDIO) for await (const piece of pieces) await terminal.out(piece);
  else await writeFileWhole(output, encoded(pieces));
  return EXIT.ok;
}

async function* encoded(pieces: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const piece of pieces) yield encoder.encode(piece);
}

async function report(
  trace: string,
  { spans, points }: SentRun,
  { json }: ExportOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const signals = [spans, points].filter((signal) => signal !== null);
  for (const { url, counts } of signals) {
    for (const reason of counts.reasons) terminal.err(`heaplay: ${url}: ${reason}\n`);
  }
  if (json === true) {
    const value = { trace, spans: spans?.counts ?? null, points: points?.counts ?? null };
    await terminal.out(`${JSON.stringify(value)}\n`);
  } else {
    if (spans !== null) await terminal.out(line('span', spans.counts));
    if (points !== null) await terminal.out(line('data point', points.counts));
  }
  return signals.every(({ counts }) => counts.accepted === counts.made) ? EXIT.ok : EXIT.no;
}

function line(what: string, { made, accepted, rejected, lost }: SendCounts): string {
  const all = `${plural(made, what)}: ${count(accepted)} accepted`;
  if (rejected + lost === 0) return `${all}\n`;
  return `${all}, ${count(rejected)} rejected by the receiver, ${count(lost)} not delivered\n`;
}
