import type { SqlRows } from '../../tables/node/sql-rows.ts';
import { sqlJson, sqlText } from '../../tables/sql-value.ts';
import type { SqlValue } from '../../tables/sql-value.ts';
import { csvRecord } from '../../text/csv.ts';
import { plural } from '../../text/format.ts';
import { colors } from '../terminal.ts';

/** Rows as CSV (RFC 4180), piece by piece. What has parts is JSON. */
export async function* csvOutput(rows: SqlRows): AsyncGenerator<string> {
  if (rows.columns.length === 0) return;
  yield csvRecord(rows.columns.map(({ name }) => name));
  for await (const batch of rows.batches()) {
    yield batch.map((row) => csvRecord(row.map((value) => (isPlain(value) ? value : sqlText(value))))).join('');
  }
}

function isPlain(value: SqlValue): value is null | string | number | bigint | boolean {
  return value === null || typeof value !== 'object';
}

/** Rows as one JSON array of objects, piece by piece, a row on each line. Numbers have all of their digits. */
export async function* jsonOutput(rows: SqlRows): AsyncGenerator<string> {
  const names = rows.columns.map(({ name }) => JSON.stringify(name));
  let separator = '[\n';
  for await (const batch of rows.batches()) {
    const lines = batch.map((row) => `{${row.map((value, at) => `${names[at]}:${sqlJson(value)}`).join(',')}}`);
    yield separator + lines.join(',\n');
    separator = ',\n';
  }
  yield separator === '[\n' ? '[]\n' : '\n]\n';
}

/** Rows for people, piece by piece. Columns are as wide as the first piece needs them. */
export async function* tableOutput(rows: SqlRows): AsyncGenerator<string> {
  const { columns } = rows;
  if (columns.length === 0) return;
  let widths: readonly number[] | null = null;
  let count = 0;
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => {
        const width = widths?.[at] ?? 0;
        return columns[at]?.isNumber === true ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  const names = columns.map(({ name }) => name);
  for await (const batch of rows.batches()) {
    const cells = batch.map((row) => row.map(shown));
    const isFirst = widths === null;
    widths ??= widthsOf([names, ...cells]);
    count += batch.length;
    yield (isFirst ? `${colors.bold(line(names))}\n` : '') + cells.map((row) => `${line(row)}\n`).join('');
  }
  if (widths === null) yield `${colors.bold(names.join('  '))}\n`;
  yield colors.dim(`(${plural(count, 'row')})`) + '\n';
}

function widthsOf(rows: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, cell.length)));
  return widths;
}

/** A value on one line; null as what there is nothing of. */
function shown(value: SqlValue): string {
  const text = sqlText(value);
  if (text === null) return '–';
  // A line that is broken, or a control character, would break the table.
  return text.replaceAll(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1));
}
