import { observeHeap, openState } from '@heaplay/core';
import { markRecord, positionOf, startSearch } from '../../analysis/bisect-search.ts';
import type { BisectSearch, BisectVerdict } from '../../analysis/bisect-search.ts';
import { RUN_ATTRIBUTES, RUN_SPANS } from '../../instrument/run-attributes.ts';
import { setupAttributes } from '../../instrument/setup-attributes.ts';
import { traced } from '../../instrument/traced.ts';
import { count, plural, table } from '../../text/format.ts';
import type { Timeline } from '../../timeline/timeline.ts';
import type { ConfigOptions } from '../config-options.ts';
import type { CommandContext } from '../context.ts';
import { describeRecordOf } from '../describe-record.ts';
import { BadFile, EXIT, UsageError } from '../exit.ts';
import type { ExitCode } from '../exit.ts';
import { judge, wasInterrupted } from '../judge-command.ts';
import type { Judgement } from '../judge-command.ts';
import { openTimelineFile } from '../open-timeline.ts';
import { colors } from '../terminal.ts';

/** What the options of `heaplay bisect run` say. */
export interface BisectRunOptions extends ConfigOptions {
  readonly json?: boolean;
}

const SKIP = 125;
const ABORT = 128;

/** Somebody pressed Ctrl-C while the command ran. */
class Interrupted extends Error {}

/** `heaplay bisect run TRACE -- COMMAND` */
export async function bisectRun(
  path: string,
  command: readonly string[],
  options: BisectRunOptions,
  { terminal }: CommandContext,
): Promise<ExitCode> {
  const begin = performance.now();
  const timeline = await openTimelineFile(path, options, terminal);
  if (timeline.length === 0) {
    throw new BadFile(
      `${timeline.name}: found a trace of 0 records; expected some, to find the first bad one among them`,
    );
  }
  const judged = new Map<number, Judged>();
  const ask = async (record: number): Promise<BisectVerdict> => {
    terminal.progress?.(`bisect run: record ${count(record)}, after ${plural(judged.size, 'probe')}`);
    const state = `${JSON.stringify(observeHeap(openState(timeline.stateAt(record))))}\n`;
    const probe = { name: RUN_SPANS.bisectProbe, attributes: { [RUN_ATTRIBUTES.probeRecord]: record } };
    const asked = async (): Promise<BisectVerdict> => {
      const judgement = await judge(command, state);
      const verdict = verdictOf(command, record, judgement);
      judged.set(record, { verdict, code: judgement.code });
      return verdict;
    };
    return traced(probe, asked, (verdict) => ({ [RUN_ATTRIBUTES.verdict]: verdict }));
  };
  const run = { name: RUN_SPANS.bisect, attributes: setupAttributes(timeline.name, timeline.setup) };
  try {
    const found = await traced(
      run,
      () => search(timeline.length, ask),
      (result) => ({
        [RUN_ATTRIBUTES.probes]: judged.size,
        ...('record' in result ? { [RUN_ATTRIBUTES.foundRecord]: result.record } : {}),
      }),
    );
    terminal.progress?.('');
    const seconds = (performance.now() - begin) / 1000;
    await terminal.out(
      options.json === true ? json(timeline, found, judged, seconds) : human(timeline, found, judged, seconds),
    );
    return 'record' in found ? EXIT.ok : EXIT.no;
  } catch (error) {
    terminal.progress?.('');
    if (error instanceof Interrupted) return EXIT.interrupted;
    throw error;
  }
}

interface Judged {
  readonly verdict: BisectVerdict;
  readonly code: number | null;
}

/** The first bad record; or between which it lies, if all between were skipped; or that there is none. */
type Found = { readonly record: number } | { readonly first: number; readonly last: number } | { readonly never: true };

/** Power-on counts as good and the end as bad; each is asked about only if the answer would rest on it alone. */
async function search(length: number, ask: (record: number) => Promise<BisectVerdict>): Promise<Found> {
  let state: BisectSearch = startSearch(length);
  state = markRecord(state, { verdict: 'good', record: 0 });
  state = markRecord(state, { verdict: 'bad', record: length });
  for (;;) {
    const position = positionOf(state);
    if (position.status === 'probe') {
      const { record } = position;
      state = markRecord(state, { verdict: await ask(record), record });
    } else if (position.status === 'only-skipped') {
      return { first: position.first, last: position.last };
    } else {
      const { record } = position;
      if (record === length && (await ask(length)) === 'good') return { never: true };
      if (record === 1 && (await ask(0)) === 'bad') return { record: 0 };
      return { record };
    }
  }
}

function verdictOf(command: readonly string[], record: number, judgement: Judgement): BisectVerdict {
  if (wasInterrupted(judgement)) throw new Interrupted();
  const { code, signal } = judgement;
  if (code === 0) return 'good';
  if (code === SKIP) return 'skip';
  if (code !== null && code < ABORT) return 'bad';
  const how = code === null ? `was killed by ${signal ?? 'a signal'}` : `ended with exit code ${code}`;
  throw new UsageError(
    `bisect run: ${command.join(' ')} ${how} at record ${record}; expected 0 for good, 1 to 127 for bad, 125 to skip. Next: see what it says of heaplay dump --at ${record} --json`,
  );
}

function json(timeline: Timeline, found: Found, judged: ReadonlyMap<number, Judged>, seconds: number): string {
  const record = 'record' in found ? found.record : null;
  const call = record === null || record === 0 ? null : timeline.table.typeAt(record);
  const onlySkipped = 'first' in found ? found : null;
  const verdicts = [...judged].map(([at, { verdict, code }]) => ({ record: at, verdict, code }));
  return `${JSON.stringify({ record, call, probes: judged.size, seconds, onlySkipped, verdicts })}\n`;
}

function human(timeline: Timeline, found: Found, judged: ReadonlyMap<number, Judged>, seconds: number): string {
  const rows = [...judged].map(([at, { verdict, code }]) => [
    `record ${count(at)}`,
    verdict,
    `exit code ${code ?? ''}`,
  ]);
  const effort = `${plural(judged.size, 'probe')} in ${seconds.toFixed(3)} s\n`;
  return `${table(rows, 'll')}\n${answer(timeline, found)}${effort}`;
}

function answer(timeline: Timeline, found: Found): string {
  if ('never' in found) return `${colors.bold('never')}: the state behind the last record is good\n`;
  if ('record' in found) {
    const { record } = found;
    return `${colors.bold(`record ${count(record)}`)} is the first bad one\n  ${describeRecordOf(timeline, record)}\n`;
  }
  return `there are only skipped records left to judge; the first bad one is one of ${count(found.first)} to ${count(found.last)}\n`;
}
