import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { plural, size as sizeText } from '../../text/format.ts';
import { STDIO, writeFileWhole } from '../../trace/node/file.ts';
import type { TraceForReport } from '../../view/node/trace-for-report.ts';
import { traceForReport } from '../../view/node/trace-for-report.ts';
import { reportPage } from '../../view/report-page.ts';
import { traceNames } from '../../view/trace-names.ts';
import type { CommandContext } from '../context.ts';
import { EXIT, UsageError } from '../exit.ts';
import type { ExitCode } from '../exit.ts';
import { checkStdin } from '../open-trace.ts';
import { colors } from '../terminal.ts';
import { pageToShow } from '../view/page-to-show.ts';

/** What the options of `heaplay report` say. */
export interface ReportOptions {
  readonly output?: string;
  readonly start?: string;
  readonly json?: boolean;
}

/** `heaplay report` */
export async function reportAction(
  paths: readonly string[],
  options: ReportOptions,
  { terminal }: CommandContext,
): Promise<ExitCode> {
  checkStdin(paths);
  const { json, start } = options;
  const output = options.output ?? besideTrace(paths[0] ?? STDIO);
  if (json === true && output === STDIO) {
    throw new UsageError('--json and the report both go to stdout. Next: give -o a file, or leave out --json');
  }
  const page = await pageToShow();
  const names = traceNames(paths.map((path) => (path === STDIO ? 'stdin' : path)));
  const traces: TraceForReport[] = [];
  for (const [at, path] of paths.entries()) {
    terminal.progress?.(`packing ${path}`);
    traces.push(await traceForReport(path, names[at] ?? path));
  }
  terminal.progress?.('');
  for (const { warning, damage } of traces) {
    if (damage !== null) terminal.err(`heaplay: ${damage.message}\nheaplay: the report shows it up to there\n`);
    else if (warning !== null) terminal.err(`heaplay: ${warning}\n`);
  }
  const size = await write(output, reportPage(page, traces, start));
  const report = { report: output, bytes: size, traces: traces.map((trace, at) => asJson(trace, paths[at] ?? '')) };
  if (json === true) await terminal.out(`${JSON.stringify(report)}\n`);
  // Where the report itself goes to stdout, what came of it goes to stderr.
  else if (output === STDIO) terminal.err(told(output, size, traces));
  else await terminal.out(told(output, size, traces));
  return traces.some(({ damage }) => damage !== null) ? EXIT.input : EXIT.ok;
}

/** Where a report goes that was not told where. Throws `UsageError` if something is there already. */
function besideTrace(trace: string): string {
  if (trace === STDIO) return STDIO;
  const name = basename(trace).replace(/(\.heaplay)?(\.jsonl)?(\.gz|\.zst)?$/, '');
  const path = join(dirname(trace), `${name}.html`);
  if (!existsSync(path)) return path;
  throw new UsageError(`${path} is there already. Next: "-o ${path}" writes over it, or give another name`);
}

async function write(output: string, pieces: Iterable<string>): Promise<number> {
  const encoder = new TextEncoder();
  let size = 0;
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for (const piece of pieces) {
      const encoded = encoder.encode(piece);
      size += encoded.length;
      yield encoded;
    }
  }
  await writeFileWhole(output, bytes());
  return size;
}

function asJson({ name, records, size, bytes, compression, warning, damage }: TraceForReport, trace: string): object {
  const embedded = { bytes: bytes.length, compression };
  return { trace, name, records, bytes: size, embedded, warning: damage?.message ?? warning };
}

function told(output: string, size: number, traces: readonly TraceForReport[]): string {
  const lines = traces.map(
    ({ name, records, bytes, compression }) =>
      `  ${name}: ${plural(records, 'record')}, ${sizeText(bytes.length)} as ${compression}`,
  );
  const title = `${colors.bold(output === STDIO ? 'stdout' : output)}: ${sizeText(size)}, ${plural(traces.length, 'trace')}`;
  return [title, ...lines, ''].join('\n');
}
