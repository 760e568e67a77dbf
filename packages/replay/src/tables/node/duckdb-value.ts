import type { DuckDBValue } from '@duckdb/node-api';
import { ExactDecimal } from '../sql-value.ts';
import type { SqlValue } from '../sql-value.ts';

/** A value of DuckDB as a plain one. */
export function plainValue(value: DuckDBValue): SqlValue {
  if (value === null || typeof value !== 'object') return value;
  // Told by what they have: their classes are not loaded before DuckDB is.
  if ('items' in value) return value.items.map(plainValue);
  if ('entries' in value) return plainEntries(value.entries);
  if ('scale' in value) return new ExactDecimal(value.toString());
  if ('tag' in value) return plainValue(value.value);
  return value.toString();
}

function plainEntries(
  entries:
    | Readonly<Record<string, DuckDBValue>>
    | readonly { readonly key: DuckDBValue; readonly value: DuckDBValue }[],
): SqlValue {
  // A map has keys of any type.
  if (isList(entries)) return entries.map(({ key, value }) => ({ key: plainValue(key), value: plainValue(value) }));
  return Object.fromEntries(Object.entries(entries).map(([name, value]) => [name, plainValue(value)]));
}

function isList<T>(value: object | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}
