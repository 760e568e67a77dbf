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

/** A JSON value on one line, cut if it is long. */
export function brief(value: unknown, length = 160): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= length ? text : `${text.slice(0, length)}… (${count(text.length)} characters)`;
}

/** A frame number. */
export function frame(mfn: number): string {
  return `0x${mfn.toString(16)}`;
}

/** Rows as columns: the first to the left, all others to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, cell.length)));
  return rows
    .map((row) =>
      row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  '),
    )
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}
