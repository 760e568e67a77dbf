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

/** A number of bytes in the unit that suits it. */
export function size(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // What would be rounded to 1024 of a unit is 1 of the next one.
  while (value >= 1023.95 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${Number.isInteger(value) ? value : value.toFixed(1)} ${UNITS[unit]}`;
}

/** Pages and how much memory that is. */
export function pages(value: number): string {
  return `${plural(value, 'page')} (${size(value * PAGE_SIZE)})`;
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
