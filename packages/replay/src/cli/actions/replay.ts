import { replayBatches } from '../../replay/replay-batches.ts';
import { ReplayRun } from '../../replay/replay-run.ts';
import type { ReplayResult } from '../../replay/replay-tally.ts';
import { STDIO, writeTraceFile } from '../../trace/node/file.ts';
import type { CommandContext } from '../context.ts';
import { wantedSetup } from '../config-change.ts';
import type { ConfigOptions } from '../config-options.ts';
import { EXIT } from '../exit.ts';
import type { ExitCode } from '../exit.ts';
import { count, pages, plural } from '../../text/format.ts';
import { openTraceFile } from '../open-trace.ts';
import { colors } from '../terminal.ts';

/** What the options of `heaplay replay` say. */
export interface ReplayOptions extends ConfigOptions {
  readonly until?: number;
  readonly output?: string;
  readonly json?: boolean;
}

/** `heaplay replay` */
export async function replayAction(
  path: string,
  options: ReplayOptions,
  { terminal }: CommandContext,
): Promise<ExitCode> {
  const trace = await openTraceFile(path, terminal.err);
  const from = { machine: trace.header.machine, heap: trace.header.heap };
  const replay = new ReplayRun(from, wantedSetup(from, options), {
    trace: trace.name,
    ...(options.until === undefined ? {} : { until: options.until }),
  });
  const begin = performance.now();
  const replayed = replayBatches(trace.name, trace.pull(), replay);
  if (options.output === undefined) for await (const _ of replayed);
  else await writeTraceFile(options.output, { ...trace.header, ...replay.setup }, replayed);
  const seconds = (performance.now() - begin) / 1000;
  const result = replay.result();
  if (options.until !== undefined && options.until > result.records && result.bug === null) {
    terminal.err(`heaplay: --until ${options.until}: ${trace.name} ends at record ${result.records}\n`);
  }
  const text = options.json === true ? json(result, seconds) : human(trace.name, result, seconds);
  // Where the trace itself goes to stdout, what came of it goes to stderr.
  if (options.output === STDIO) terminal.err(text);
  else await terminal.out(text);
  return EXIT.ok;
}

function json(result: ReplayResult, seconds: number): string {
  return `${JSON.stringify({ ...result, seconds, eventsPerSecond: Math.round(result.calls / Math.max(seconds, 1e-9)) })}\n`;
}

function human(name: string, result: ReplayResult, seconds: number): string {
  const { records, calls, failed, orphaned, bug, freePages, digest, stateDigest } = result;
  const rate = count(Math.round(calls / Math.max(seconds, 1e-9)));
  return [
    `${colors.bold(name)}: ${plural(records, 'record')}, ${plural(calls, 'call')} in ${seconds.toFixed(3)} s (${rate} a second)`,
    `failed        ${count(failed)}`,
    `orphaned      ${count(orphaned)}`,
    bug === null
      ? 'stopped       no'
      : `stopped       ${bug.kind} at record ${bug.record} [${bug.rule}]: ${bug.message}`,
    `free          ${pages(freePages)}`,
    `heap digest   ${digest}`,
    `state digest  ${stateDigest}`,
    '',
  ].join('\n');
}
