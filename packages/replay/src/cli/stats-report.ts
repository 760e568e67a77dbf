import { orderPages } from '@heaplay/core';
import type { CallTotals, HeldMemory, HighWater, RunStats } from '../analysis/stats.ts';
import { count, pages, plural, table } from '../text/format.ts';
import { colors } from './terminal.ts';

/** Rows of a table that people are shown; `--json` has all. */
const MOST_ROWS = 16;

/** The figures of a run, for people. */
export function statsReport(name: string, stats: RunStats): string {
  const { heap, record } = stats;
  return [
    `${colors.bold(name)} up to record ${count(record)}\n`,
    table([
      ['free', pages(heap.freePages)],
      ['claimed', pages(heap.claims)],
      ['to scrub', pages(heap.needScrub)],
    ]),
    `\n${totals('calls', stats.byCall, (type) => type)}`,
    `\n${totals('allocations by order', stats.byOrder, (order) => order)}`,
    `\n${totals('allocations by domain', stats.byDomain, (id) => (id === 'none' ? 'anonymous' : `d${id}`))}`,
    `\n${totals('allocations by caller', stats.byCaller, (caller) => caller)}`,
    `\n${freeMemory(stats)}`,
    `\n${fragmentation(stats)}`,
    `\n${highWater(stats)}`,
    `\n${held(stats.held)}`,
  ].join('');
}

function totals(title: string, tally: Readonly<Record<string, CallTotals>>, nameOf: (key: string) => string): string {
  const rows = Object.entries(tally).map(([key, value]) => [
    nameOf(key),
    count(value.calls),
    value.failed === 0 ? '' : count(value.failed),
    value.pages === 0 ? '' : pages(value.pages),
  ]);
  return shown([title, 'calls', 'failed', 'got'], rows);
}

function freeMemory({ free }: RunStats): string {
  const orders = Math.max(0, ...free.map(({ blocksByOrder }) => blocksByOrder.findLastIndex((blocks) => blocks > 0)));
  const rows = free.map(({ node, zone, pages: inZone, blocksByOrder }) => [
    `node ${node}, zone ${zone}`,
    pages(inZone),
    ...blocksByOrder.slice(0, orders + 1).map((blocks) => (blocks === 0 ? '·' : count(blocks))),
  ]);
  const numbers = Array.from({ length: orders + 1 }, (_, order) => String(order));
  return table([['free blocks by order', '', ...numbers], ...rows]);
}

function fragmentation({ heap }: RunStats): string {
  const rows = heap.freeBlocksByOrder.map((blocks, order) => [
    String(order),
    count(blocks),
    count(blocks * orderPages(order)),
    `${((heap.unusableByOrder[order] ?? 0) * 100).toFixed(1)} %`,
  ]);
  return table([['order', 'free blocks', 'pages', 'unusable'], ...rows], 'r');
}

function highWater({ highWater: { freePages, claims, needScrub } }: RunStats): string {
  const at = ({ record }: HighWater): string => (record === 0 ? '' : `behind record ${count(record)}`);
  return table(
    [
      ['least free', pages(freePages.value), at(freePages)],
      ['most claimed', pages(claims.value), at(claims)],
      ['most to scrub', pages(needScrub.value), at(needScrub)],
    ],
    'lrl',
  );
}

function held(entries: readonly HeldMemory[]): string {
  const rows = entries.map(({ domain, call, caller, pages: inAll, blocks }) => [
    `${domain === null ? 'anonymous' : `d${domain}`}, ${call ?? 'not by a call'}`,
    pages(inAll),
    plural(blocks, 'block'),
    caller.slice(0, 3).join(' < '),
  ]);
  return shown(['still held', '', '', ''], rows, 'lrrl');
}

function shown(head: readonly string[], rows: readonly (readonly string[])[], columns?: string): string {
  const more = rows.length - MOST_ROWS;
  const rest = more > 0 ? `  and ${count(more)} more; --json has all\n` : '';
  return `${table([head, ...(rows.length === 0 ? [['none']] : rows.slice(0, MOST_ROWS))], columns)}${rest}`;
}
