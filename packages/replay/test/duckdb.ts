import { DuckDBInstance } from '@duckdb/node-api';
import { columnsOf } from '../src/tables/table-schema.ts';
import type { Cell, ColumnType, TableName } from '../src/tables/table-schema.ts';

/** A row as another DuckDB reads it, with every whole number as a plain one. */
export type ReadRow = Readonly<Record<string, Cell>>;

/** Asks a DuckDB that has nothing to do with the one of the command. */
export async function askDuckDb(sql: string): Promise<ReadRow[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const rows = (await connection.runAndReadAll(sql)).getRowObjectsJS();
    return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function plain(value: unknown): Cell {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return value;
  }
  if (typeof value === 'bigint' && Number.isSafeInteger(Number(value))) return Number(value);
  throw new Error(`cannot be compared: ${String(value)}`);
}

const SQL_TYPES: { readonly [T in ColumnType]: string } = {
  int64: 'BIGINT',
  int32: 'INTEGER',
  boolean: 'BOOLEAN',
  text: 'VARCHAR',
};

/** A table in a file, as SQL names it. */
export function tableIn(format: 'parquet' | 'csv', path: string, table: TableName): string {
  if (format === 'parquet') return `read_parquet('${path}')`;
  const types = columnsOf(table).map(([name, { type }]) => `'${name}': '${SQL_TYPES[type]}'`);
  // Nothing is null, an empty text is "".
  return `read_csv('${path}', header = true, allow_quoted_nulls = false, columns = {${types.join(', ')}})`;
}
