import { readFile } from 'node:fs/promises';
import { text as readText } from 'node:stream/consumers';
import { ContradictoryMark, markRecord, positionOf, startSearch } from '../../analysis/bisect-search.ts';
import type { BisectMark, BisectSearch, BisectVerdict } from '../../analysis/bisect-search.ts';
import { STDIO } from '../../trace/node/file.ts';
import { logOf, readLog } from '../bisect-log.ts';
import { positionReport, readRecords, recordLookedAt, recordsToShow } from '../bisect-position.ts';
import {
  dropSession,
  expectSameTrace,
  findSession,
  identify,
  readSession,
  searchOf,
  writeSession,
} from '../bisect-session.ts';
import type { BisectSession } from '../bisect-session.ts';
import type { ConfigOptions } from '../config-options.ts';
import type { CommandContext } from '../context.ts';
import { BadFile, EXIT, UsageError } from '../exit.ts';
import type { ExitCode } from '../exit.ts';
import { openTimelineFile } from '../open-timeline.ts';

/** What the options of the commands around a session say. */
export interface SessionOptions {
  readonly session: string;
  readonly json?: boolean;
}

/** `heaplay bisect start TRACE` */
export async function bisectStart(
  trace: string,
  options: SessionOptions & ConfigOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const since = performance.now();
  await findSession(options.session);
  const session = await begin(trace, options, context);
  await writeSession(options.session, session);
  return tell(session, startSearch(session.length), options, context, since);
}

/** `heaplay bisect good|bad|skip [N]` */
export async function bisectMark(
  verdict: BisectVerdict,
  record: number | undefined,
  options: SessionOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const since = performance.now();
  const session = await readSession(options.session);
  await expectSameTrace(session);
  const before = searchOf(session);
  const mark = { verdict, record: record ?? recordLookedAt(positionOf(before)) };
  const search = marked(before, mark, `bisect ${verdict}`);
  const next = { ...session, marks: search.marks };
  await writeSession(options.session, next);
  return tell(next, search, options, context, since);
}

/** `heaplay bisect log` */
export async function bisectLog({ session }: SessionOptions, { terminal }: CommandContext): Promise<ExitCode> {
  await terminal.out(logOf(await readSession(session)));
  return EXIT.ok;
}

/** `heaplay bisect replay LOGFILE` */
export async function bisectReplay(path: string, options: SessionOptions, context: CommandContext): Promise<ExitCode> {
  const since = performance.now();
  await findSession(options.session);
  const log = readLog(path === STDIO ? 'stdin' : path, await readLogFile(path));
  const begun = await begin(log.trace, log.config, context);
  let search = startSearch(begun.length);
  for (const { line, verdict, record } of log.marks) {
    try {
      search = markRecord(search, { verdict, record });
    } catch (error) {
      throw new BadFile(`${path}: line ${line}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const session = { ...begun, marks: search.marks };
  await writeSession(options.session, session);
  return tell(session, search, options, context, since);
}

/** `heaplay bisect reset` */
export async function bisectReset({ session }: SessionOptions, { terminal }: CommandContext): Promise<ExitCode> {
  // Whatever is no session is somebody else's file.
  if ((await findSession(session)) === null) terminal.err(`heaplay: there is no session in ${session}\n`);
  else await dropSession(session);
  return EXIT.ok;
}

async function begin(path: string, options: ConfigOptions, { terminal }: CommandContext): Promise<BisectSession> {
  if (path === STDIO) {
    throw new UsageError('bisect start: "-" cannot be looked at twice. Next: put the trace in a file');
  }
  const timeline = await openTimelineFile(path, options, terminal);
  if (timeline.length === 0) {
    throw new BadFile(`${path}: found a trace of 0 records; expected some, to find the first bad one among them`);
  }
  const { mode, xen, set, config } = options;
  return {
    'heaplay-bisect': 1,
    trace: await identify(path),
    length: timeline.length,
    config: {
      ...(mode === undefined ? {} : { mode }),
      ...(xen === undefined ? {} : { xen }),
      ...(set === undefined ? {} : { set }),
      ...(config === undefined ? {} : { config }),
    },
    marks: [],
  };
}

function marked(search: BisectSearch, mark: BisectMark, what: string): BisectSearch {
  try {
    return markRecord(search, mark);
  } catch (error) {
    if (!(error instanceof ContradictoryMark || error instanceof RangeError)) throw error;
    throw new UsageError(`${what}: ${error.message}. Next: heaplay bisect log shows what was said so far`);
  }
}

async function tell(
  session: BisectSession,
  search: BisectSearch,
  { json }: SessionOptions,
  { terminal }: CommandContext,
  since: number,
): Promise<ExitCode> {
  const position = positionOf(search);
  const records = await readRecords(session.trace.path, recordsToShow(position));
  if (json === true) {
    const record = position.status === 'found' ? position.record : null;
    const call = record === null ? null : (records.get(record)?.type ?? null);
    const { good, bad, skipped, marks } = search;
    const seconds = (performance.now() - since) / 1000;
    const value = { record, call, probes: marks.length, seconds, good, bad, skipped: [...skipped], position };
    await terminal.out(`${JSON.stringify(value)}\n`);
  } else await terminal.out(positionReport(session, search, records));
  return position.status === 'only-skipped' ? EXIT.no : EXIT.ok;
}

async function readLogFile(path: string): Promise<string> {
  try {
    return path === STDIO ? await readText(process.stdin) : await readFile(path, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new BadFile(`${path}: found a file that cannot be read (${why}); expected what heaplay bisect log prints`);
  }
}
