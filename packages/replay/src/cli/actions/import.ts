import { PAGE_SIZE } from '@heaplay/core';
import type { Architecture } from '@heaplay/core';
import { importMachine } from '../../import/import-machine.ts';
import type { ImportedMachine } from '../../import/import-machine.ts';
import type { ImportKindName } from '../../import/kinds.ts';
import { readText } from '../../import/lines/read-text.ts';
import type { ImportProblem } from '../../import/problem.ts';
import { importTrace } from '../../import/trace/import-trace.ts';
import type { ImportedTrace } from '../../import/trace/import-trace.ts';
import { frame, pages, plural, table } from '../../text/format.ts';
import { batchesOf } from '../../trace/batches-of.ts';
import { STDIO, fileChunks, writeTraceFile } from '../../trace/node/file.ts';
import type { CommandContext } from '../context.ts';
import { EXIT, UsageError } from '../exit.ts';
import type { ExitCode } from '../exit.ts';
import { colors } from '../terminal.ts';
import { VERSION } from '../version.ts';

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
  readonly output?: string;
  readonly json?: boolean;
}

/** `heaplay import` */
export async function importAction(
  path: string,
  options: ImportActionOptions,
  { terminal }: CommandContext,
): Promise<ExitCode> {
  const { output, json, ...importOptions } = options;
  if (json === true && output === STDIO) {
    throw new UsageError('--json and -o - both write to stdout. Next: give -o a file, or leave one of them out');
  }
  const name = path === STDIO ? 'standard input' : path;
  const imported = importMachine(await readText(fileChunks(path), name), { ...importOptions, name });
  const trace = importTrace(imported, VERSION);
  const problems = [...imported.problems, ...trace.problems];
  terminal.err(summary(imported, trace, problems));
  if (json === true) await terminal.out(`${JSON.stringify(asJson(imported, trace, problems))}\n`);
  if (output !== undefined || json !== true) {
    await writeTraceFile(output ?? STDIO, trace.header, batchesOf(trace.records));
  }
  return EXIT.ok;
}

function summary(imported: ImportedMachine, trace: ImportedTrace, problems: readonly ImportProblem[]): string {
  const { name, kind, boot, machine, sources, assumed, taken } = imported;
  const total = machine.ram.reduce((sum, [first, end]) => sum + end - first, 0);
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

/** More of one sort than this nobody reads. */
const MOST_SHOWN = 32;

function shown(lines: readonly string[], what: string): readonly string[] {
  const more = lines.length - MOST_SHOWN;
  return more <= 0 ? lines : [...lines.slice(0, MOST_SHOWN), `and ${plural(more, `more ${what}`)}, which --json shows`];
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
