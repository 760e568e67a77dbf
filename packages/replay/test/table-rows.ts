import { runTables } from '../src/tables/run-tables.ts';
import type { RunTableOptions, TableEnd } from '../src/tables/run-tables.ts';
import { TABLE_NAMES, columnsOf } from '../src/tables/table-schema.ts';
import type { Cell, RowOf, TableName } from '../src/tables/table-schema.ts';
import type { TimelineSource } from '../src/timeline/timeline-source.ts';

/** The tables of a run, row by row. */
export type TableRows = { readonly [T in TableName]: readonly RowOf<T>[] };

/** Collects the batches of a walk as rows. */
export function tableRows(
  source: TimelineSource,
  options: RunTableOptions = {},
): { readonly rows: TableRows; readonly end: TableEnd | null } {
  const rows = Object.fromEntries(TABLE_NAMES.map((table) => [table, [] as Record<string, Cell>[]]));
  let end: TableEnd | null = null;
  for (const item of runTables(source, options)) {
    if (item.kind === 'end') end = item;
    if (item.kind !== 'rows') continue;
    const names = columnsOf(item.table).map(([name]) => name);
    for (let row = 0; row < item.length; row++) {
      rows[item.table]?.push(Object.fromEntries(names.map((name, at) => [name, item.columns[at]?.[row] ?? null])));
    }
  }
  return { rows: rows as unknown as TableRows, end };
}
