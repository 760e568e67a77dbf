import type { SweepAxis } from '../../sweep/combinations.ts';
import { sweepFiles } from '../../sweep/node/sweep-files.ts';
import type { SweepTrace } from '../../sweep/node/sweep-message.ts';
import type { SweepLine } from '../../sweep/sweep-line.ts';
import { plural } from '../../text/format.ts';
import { STDIO } from '../../trace/node/file.ts';
import { configChange } from '../config-change.ts';
import type { ConfigOptions } from '../config-options.ts';
import type { CommandContext } from '../context.ts';
import { EXIT, UsageError } from '../exit.ts';
import type { ExitCode } from '../exit.ts';
import { onInterrupt } from '../interrupt.ts';
import { loadSource } from '../open-timeline.ts';
import { checkStdin } from '../open-trace.ts';
import { sweepTable } from '../sweep-report.ts';
import type { Terminal } from '../terminal.ts';

/** What the options of `heaplay sweep` say. */
export interface SweepOptions extends ConfigOptions {
  readonly vary: readonly SweepAxis[];
  readonly jobs?: number;
  readonly json?: boolean;
  readonly table?: boolean;
}

/** `heaplay sweep` */
export async function sweepAction(
  paths: readonly string[],
  options: SweepOptions,
  { terminal }: CommandContext,
): Promise<ExitCode> {
  checkStdin(paths);
  if (options.json === true && options.table === true) {
    throw new UsageError('sweep: --json and --table: one or the other. Next: leave one out');
  }
  const base = configChange(options);
  const traces: SweepTrace[] = [];
  for (const path of paths) traces.push(await traceOf(path, terminal));
  const isTable = options.table ?? (options.json !== true && process.stdout.isTTY);
  const abort = new AbortController();
  // What is there when an interrupt comes is told, and nothing behind it.
  const forget = onInterrupt(() => abort.abort());
  const lines = sweepFiles(traces, options.vary, {
    base,
    signal: abort.signal,
    ...(options.jobs === undefined ? {} : { jobs: options.jobs }),
    onProgress: (done, all) => terminal.progress?.(`sweeping: ${done} of ${plural(all, 'run')} done`),
    onWarning: (text) => terminal.err(`heaplay: ${text}\n`),
  });
  const told: SweepLine[] = [];
  for await (const line of lines) {
    told.push(line);
    if (isTable) continue;
    terminal.progress?.('');
    await terminal.out(`${JSON.stringify(line)}\n`);
  }
  forget();
  terminal.progress?.('');
  if (isTable) await terminal.out(sweepTable(told));
  return exitCodeOf(told);
}

async function traceOf(path: string, terminal: Terminal): Promise<SweepTrace> {
  if (path !== STDIO) return { name: path, path };
  const { name, header, table } = await loadSource(path, terminal);
  return { name, header, table: table.pack() };
}

function exitCodeOf(lines: readonly SweepLine[]): ExitCode {
  if (lines.some((line) => 'error' in line)) return EXIT.input;
  return lines.every((line) => 'differs' in line && !line.differs) ? EXIT.ok : EXIT.no;
}
