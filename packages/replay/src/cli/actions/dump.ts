import { observeHeap, openState } from '@heaplay/core';
import type { HeapObservation } from '@heaplay/core';
import { ReplayRun } from '../../replay/replay-run.ts';
import type { CommandContext } from '../context.ts';
import { wantedSetup } from '../config-change.ts';
import type { ConfigOptions } from '../config-options.ts';
import { EXIT, UsageError } from '../exit.ts';
import type { ExitCode } from '../exit.ts';
import { count, frame, pages, plural, table } from '../../text/format.ts';
import { openTraceFile } from '../open-trace.ts';
import { colors } from '../terminal.ts';

/** What the options of `heaplay dump` say. */
export interface DumpOptions extends ConfigOptions {
  readonly at?: number;
  readonly json?: boolean;
}

/** `heaplay dump` */
export async function dumpAction(path: string, options: DumpOptions, { terminal }: CommandContext): Promise<ExitCode> {
  const trace = await openTraceFile(path, terminal.err);
  const from = { machine: trace.header.machine, heap: trace.header.heap };
  const replay = new ReplayRun(from, wantedSetup(from, options), {
    trace: trace.name,
    ...(options.at === undefined ? {} : { until: options.at }),
  });
  for await (const batch of trace.pull()) {
    if (replay.ended) break;
    replay.add(batch);
  }
  const { records, bug } = replay.result();
  if (bug !== null) {
    const what = `${bug.kind} at record ${bug.record} [${bug.rule}]: ${bug.message}`;
    terminal.err(`heaplay: ${trace.name}: Xen stops with a ${what}; the heap before that call is shown\n`);
  } else if (options.at !== undefined && options.at > records) {
    throw new UsageError(
      `--at ${options.at}: ${trace.name} has ${plural(records, 'record')}. Next: give a number from 0 to ${records}`,
    );
  }
  const heap = observeHeap(openState(replay.publish()));
  await terminal.out(options.json === true ? `${JSON.stringify(heap)}\n` : human(heap, records));
  return EXIT.ok;
}

function human(heap: HeapObservation, record: number): string {
  const bits = (width: number): string => (width === 0 ? 'none' : `${width} bits`);
  const { virq } = heap;
  const parts = [
    `${colors.bold(`heap behind record ${count(record)}`)}\n`,
    table([
      ['free', pages(heap.freePages)],
      ['claimed', pages(heap.claims)],
      ['DMA zone', bits(heap.dmaBits)],
      ['xen heap below', bits(heap.xenheapBits)],
      ['low memory at', virq.threshold === 0 ? 'never' : pages(virq.threshold)],
      ['digest', heap.digest],
    ]),
  ];
  for (const node of heap.nodes) {
    parts.push(
      `\n${colors.bold(`node ${node.node}`)}: ${pages(node.freePages ?? 0)} free, ${count(node.needScrub ?? 0)} to scrub\n`,
    );
    const rows = (node.lists ?? []).map(([zone, order, blocks]) => [
      `zone ${zone} order ${order}`,
      count(blocks.length),
      blocks
        .slice(0, 6)
        .map(([mfn, dirty]) => (dirty === null ? frame(mfn) : `${frame(mfn)}/${dirty}`))
        .join(' ') + (blocks.length > 6 ? ' …' : ''),
    ]);
    parts.push(
      rows
        .map(([place = '', number = '', list = '']) => `  ${place.padEnd(18)} ${number.padStart(7)}  ${list}\n`)
        .join(''),
    );
  }
  if (heap.offlined.length + heap.broken.length > 0) {
    parts.push(
      `\noffline: ${heap.offlined.map(frame).join(' ') || 'none'}; broken: ${heap.broken.map(frame).join(' ') || 'none'}\n`,
    );
  }
  if (heap.domains.length > 0) {
    const rows = heap.domains.map((domain) => [
      `d${domain.domain}${domain.dying === true ? ' (dying)' : ''}`,
      count(domain.totalPages ?? 0),
      count(domain.extraPages ?? 0),
      count(domain.maxPages ?? 0),
      count(domain.outstandingPages ?? 0),
    ]);
    parts.push(`\n${table([['domain', 'pages', 'extra', 'most', 'claimed'], ...rows])}`);
  }
  return parts.join('');
}
