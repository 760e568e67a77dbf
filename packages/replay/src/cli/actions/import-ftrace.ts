import { importFtrace } from '../../import/ftrace/import-ftrace.ts';
import type { FtraceOptions, ImportedFtrace } from '../../import/ftrace/import-ftrace.ts';
import type { FtraceTally } from '../../import/ftrace/tally.ts';
import { count, pages, plural, table } from '../../text/format.ts';
import type { ByteChunks } from '../../trace/bytes.ts';
import { STDIO, writeTraceFile } from '../../trace/node/file.ts';
import type { CommandContext } from '../context.ts';
import { colors } from '../terminal.ts';
import { shown } from './shown-lines.ts';
import { framesIn } from '../../rebase/ranges.ts';

/** Where a trace goes, and whether what it was made of is printed as JSON. */
export interface FtraceOutput {
  readonly output?: string;
  readonly json?: boolean;
}

/** `heaplay import` of a recording of ftrace. `source` gives the bytes of it, as often as it is asked. */
export async function importFtraceAction(
  source: () => ByteChunks,
  options: FtraceOptions,
  { output, json }: FtraceOutput,
  { terminal }: Pick<CommandContext, 'terminal'>,
): Promise<void> {
  const imported = await importFtrace(source, options);
  let records = 0;
  const counted = async function* counted(): ImportedFtrace['batches'] & AsyncGenerator {
    for await (const batch of imported.batches) {
      records += batch.records.length;
      yield batch;
    }
  };
  if (output === undefined && json === true) for await (const _ of counted());
  else await writeTraceFile(output ?? STDIO, imported.header, counted());
  // What became of the events is known behind the last one.
  terminal.err(summary(imported, options.name, records));
  if (json === true) await terminal.out(`${JSON.stringify(asJson(imported, options, records))}\n`);
}

function summary(
  { machine, header, ramSource, assumed, tally }: ImportedFtrace,
  name: string,
  records: number,
): string {
  const total = framesIn(machine.ram);
  const problems = tally.problems.map(({ line, message }) => `line ${line}: ${message}`);
  const hidden = tally.damaged - tally.problems.length;
  return [
    `${colors.bold(name)}: ftrace\n`,
    table(
      [
        ['machine', `${machine.arch}, ${plural(machine.cpus.length, 'CPU')}`],
        ['RAM', `${pages(total)}, from ${ramSource}`],
        ['heap', `${header.heap.mode}, Xen ${header.heap.xen}, PDX compression ${header.heap.pdx}`],
        ['events', `${count(tally.events)} of pages, on ${plural(tally.lines, 'line')}`],
        ...becameOf(tally).map((text) => ['', text]),
        ['records', count(records)],
      ],
      'l',
    ),
    ...assumed.map((text) => `  assumed: ${text}\n`),
    ...shown(problems, 'problem', hidden).map((problem) => `  ${colors.yellow('problem')}: ${problem}\n`),
  ].join('');
}

/** What became of the events, without what did not happen. */
function becameOf(tally: FtraceTally): readonly string[] {
  const others = [...tally.ignored.values()].reduce((sum, one) => sum + one, 0);
  const said: readonly (readonly [number, (text: string) => string, string?])[] = [
    [tally.allocations, (text) => `${text}`, 'allocation'],
    [tally.failures, (text) => `${text} that failed, noted without a call`, 'allocation'],
    [tally.frees, (text) => `${text}`, 'free'],
    [tally.pagesToldTwice, (text) => `${text} told by a free and by a batch: freed once`, 'page'],
    [tally.pagesFromBefore, (text) => `${text} freed that had been allocated before: left out`, 'page'],
    [tally.pagesFreedTwice, (text) => `${text} freed twice, the allocation in between was lost: left out`, 'page'],
    [tally.pagesNeverFreed, (text) => `${text} allocated twice, the free in between was lost: put in`, 'page'],
    [tally.withoutRoom, (text) => `${text} for which the model had no room`, 'allocation'],
    [tally.domains, (text) => `${text} put in, one for each process`, 'domain'],
    [tally.withoutDomain, (text) => `${text} left anonymous: there are no more domain ids`, 'allocation'],
    [tally.gaps, (text) => `${text} where the recording lost events, ${count(tally.lost)} as far as it says`, 'place'],
    [tally.sorted, (text) => `${text} put in the order of time`, 'event'],
    [tally.late, (text) => `${text} too far out of order: left in place, with the time of the one before`, 'event'],
    [tally.extfrag, (text) => `${text} into blocks of another use (extfrag): counted at the next allocation`, 'fall'],
    [tally.zoneLocked, (text) => `${text} taken from the buddy lists (zone_locked): left out`, 'block'],
    [tally.drained, (text) => `${text} given back by a CPU's stock (pcpu_drain): left out`, 'block'],
    [others, (text) => `${text} that tell of no pages: ${names(tally)}`, 'event'],
    [tally.damaged, (text) => `${text} not understood`, 'line'],
  ];
  return said.flatMap(([value, say, what = '']) => (value === 0 ? [] : [say(plural(value, what))]));
}

function names({ ignored }: FtraceTally): string {
  const byCount = [...ignored].toSorted(([, a], [, b]) => b - a).map(([name]) => name);
  return `${byCount.slice(0, 5).join(', ')}${byCount.length > 5 ? ', ...' : ''}`;
}

function asJson(
  { machine, heap, ramSource, assumed, tally }: ImportedFtrace,
  options: FtraceOptions,
  records: number,
): object {
  const { problems, ignored, ...counts } = tally;
  const { name, domains = 'none' } = options;
  return {
    file: name,
    kind: 'ftrace',
    machine,
    heap,
    sources: { ram: ramSource },
    domains,
    assumed,
    counts: { ...counts, ignored: Object.fromEntries(ignored) },
    problems,
    records,
  };
}
