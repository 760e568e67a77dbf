import { resultToJson } from '../trace/encode-record.ts';
import { PAGE_SIZE } from '@heaplay/core';

const grouped = new Intl.NumberFormat('en-US');

/** A number with separators between the thousands. */
export function count(value: number): string {
  return grouped.format(value);
}

/** A number and what it counts. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** Pages and how much memory that is. */
export function pages(value: number): string {
  let size = value * PAGE_SIZE;
  let unit = 0;
  while (size >= 1024 && unit < UNITS.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${plural(value, 'page')} (${Number.isInteger(size) ? size : size.toFixed(1)} ${UNITS[unit]})`;
}

/** A JSON value, or one with virtual addresses, on one line, cut if it is long. */
export function brief(value: unknown, length = 160): string {
  const text = JSON.stringify(value, (_, part: unknown) => resultToJson(part)) ?? 'nothing';
  return text.length <= length ? text : `${text.slice(0, length)}… (${count(text.length)} characters)`;
}

/** A frame number. */
export function frame(mfn: number): string {
  return `0x${mfn.toString(16)}`;
}

/**
 * Rows as columns, which lie to the left or to the right: `l` or `r` for each, the last one for all that follow. Without
 * a word, the first to the left, all others to the right.
 */
export function table(rows: readonly (readonly string[])[], columns = 'lr'): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, cell.length)));
  const aligned = (cell: string, at: number): string => {
    const width = widths[at] ?? 0;
    return (columns[at] ?? columns.at(-1)) === 'l' ? cell.padEnd(width) : cell.padStart(width);
  };
  return rows.map((row) => `${row.map(aligned).join('  ').trimEnd()}\n`).join('');
}
