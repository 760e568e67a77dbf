import { PAGE_SIZE } from '@heaplay/core';
import type { Architecture } from '@heaplay/core';
import type { FtraceDomains } from '../../import/ftrace/domains.ts';
import { textLines } from '../../import/ftrace/text-lines.ts';
import { importMachine } from '../../import/import-machine.ts';
import type { ImportedMachine } from '../../import/import-machine.ts';
import { kindOf } from '../../import/kinds.ts';
import type { ImportKindName } from '../../import/kinds.ts';
import { cleanLines } from '../../import/lines/clean-lines.ts';
import { readText } from '../../import/lines/read-text.ts';
import type { ImportProblem } from '../../import/problem.ts';
import { importTrace } from '../../import/trace/import-trace.ts';
import type { ImportedTrace } from '../../import/trace/import-trace.ts';
import { frame, pages, plural, table } from '../../text/format.ts';
import { batchesOf } from '../../trace/batches-of.ts';
import type { ByteChunks } from '../../trace/bytes.ts';
import { STDIO, writeTraceFile } from '../../trace/node/file.ts';
import { readAgain } from '../../trace/node/read-again.ts';
import type { CommandContext } from '../context.ts';
import { EXIT, UsageError } from '../exit.ts';
import type { ExitCode } from '../exit.ts';
import { colors } from '../terminal.ts';
import { VERSION } from '../../version.ts';
import { importFtraceAction } from './import-ftrace.ts';
import { shown } from './shown-lines.ts';
import { framesIn } from '../../rebase/ranges.ts';

/** A range of RAM in bytes, the end excluded. */
export interface RamRange {
  readonly start: number;
  readonly end: number;
}

/** What the options of `heaplay import` say. */
export interface ImportActionOptions {
  readonly from?: ImportKindName;
  readonly boot?: number;
  readonly arch?: Architecture;
  readonly ram?: readonly RamRange[];
  readonly domains?: FtraceDomains;
  readonly output?: string;
  readonly json?: boolean;
}

/** `heaplay import` */
export async function importAction(
  path: string,
  options: ImportActionOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { terminal } = context;
  const { output, json, domains, boot, from, ...machineOptions } = options;
  if (json === true && output === STDIO) {
    throw new UsageError('--json and -o - both write to stdout. Next: give -o a file, or leave one of them out');
  }
  const name = path === STDIO ? 'standard input' : path;
  const source = await readAgain(path);
  const kind = from ?? (await kindOfFile(source(), name));
  if (kind === 'ftrace') {
    if (boot !== undefined) throw new UsageError('a recording of ftrace holds no boots. Next: leave out --boot');
    const ftrace = { ...machineOptions, ...(domains === undefined ? {} : { domains }), name, version: VERSION };
    await importFtraceAction(source, ftrace, options, context);
    return EXIT.ok;
  }
  if (domains !== undefined) {
    throw new UsageError(`--domains is for recordings of ftrace, ${name} is taken for ${kind}. Next: leave it out`);
  }
  const imported = importMachine(await readText(source(), name), { ...options, name });
  const trace = importTrace(imported, VERSION);
  const problems = [...imported.problems, ...trace.problems];
  terminal.err(summary(imported, trace, problems));
  if (json === true) await terminal.out(`${JSON.stringify(asJson(imported, trace, problems))}\n`);
  if (output !== undefined || json !== true) {
    await writeTraceFile(output ?? STDIO, trace.header, batchesOf(trace.records));
  }
  return EXIT.ok;
}

/** Lines that tell what a file is. A boot log may begin with some hundred lines of a boot loader. */
const HEAD = 1000;

/** What a file is, by its beginning. */
async function kindOfFile(chunks: ByteChunks, name: string): Promise<ImportKindName> {
  const head: string[] = [];
  for await (const lines of textLines(chunks, name)) {
    head.push(...lines);
    if (head.length >= HEAD) break;
  }
  return kindOf(cleanLines(head.slice(0, HEAD).join('\n'))).name;
}

function summary(imported: ImportedMachine, trace: ImportedTrace, problems: readonly ImportProblem[]): string {
  const { name, kind, boot, machine, sources, assumed, taken } = imported;
  const total = framesIn(machine.ram);
  const which = boot.of === 1 ? '' : `, boot ${boot.number} of ${boot.of}`;
  return [
    `${colors.bold(name)}: ${kind}${which}\n`,
    table(
      [
        ['machine', `${machine.arch}, ${plural(machine.cpus.length, 'CPU')}`],
        ['RAM', `${pages(total)} in ${plural(machine.ram.length, 'bank')}, from ${sources.ram}`],
        ...shown(
          machine.ram.map(([first, end]) => `${frame(first)}..${frame(end)}  ${pages(end - first)}`),
          'bank',
        ).map((bank) => ['', bank]),
        ...(sources.nodes === null ? [] : [['nodes', `${machine.nodes.length}, from ${sources.nodes}`]]),
        ...(taken.length === 0 ? [] : [['taken', plural(taken.length, 'range')]]),
        ['heap', `${trace.header.heap.mode}, Xen ${trace.header.heap.xen}, PDX compression ${trace.header.heap.pdx}`],
        ['records', `${trace.records.length}`],
        ...toldRows(imported),
      ],
      'l',
    ),
    ...assumed.map((text) => `  assumed: ${text}\n`),
    ...shown(
      problems.map(({ line, message }) => `${line === null ? '' : `line ${line}: `}${message}`),
      'problem',
    ).map((problem) => `  ${colors.yellow('problem')}: ${problem}\n`),
  ].join('');
}

/** What the file says that Xen did, with the lines. */
function toldRows({ told }: ImportedMachine): readonly (readonly string[])[] {
  const { xenVersion, systemRam, pdx, xenHeap, domHeapPages, dmaBits, stopped } = told;
  const rows: (readonly string[])[] = [];
  const add = (fact: { readonly line: number } | undefined, text: string): void => {
    if (fact !== undefined) rows.push([rows.length === 0 ? 'says' : '', `line ${fact.line}: ${text}`]);
  };
  add(xenVersion, `Xen ${xenVersion?.value}`);
  add(systemRam, `RAM of ${pages((systemRam?.value ?? 0) / PAGE_SIZE)}`);
  add(pdx, `PDX compression ${JSON.stringify(pdx?.value)}`);
  add(xenHeap, `a xen heap of ${pages(xenHeap?.value.pages ?? 0)}`);
  add(domHeapPages, `a dom heap of ${pages(domHeapPages?.value ?? 0)}`);
  add(dmaBits?.value === 0 ? undefined : dmaBits, `a DMA zone of ${dmaBits?.value} bits`);
  for (const { key, line } of told.heapDumps) add({ line }, `debug key ${key}`);
  add(stopped, `it stopped: ${stopped?.value}`);
  return rows;
}

function asJson(imported: ImportedMachine, trace: ImportedTrace, problems: readonly ImportProblem[]): object {
  const { name, kind, boot, machine, sources, taken, options, told, assumed } = imported;
  const { heap } = trace.header;
  const records = trace.records.length;
  return { file: name, kind, boot, machine, heap, sources, taken, options, told, assumed, problems, records };
}
