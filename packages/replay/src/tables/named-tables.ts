import { TABLE_NAMES } from './table-schema.ts';
import type { TableName } from './table-schema.ts';

/** Words of statements that look at the catalogue, or may come to a table otherwise than by its name. */
const LOOKS_AROUND: RegExp =
  /^(show|describe|desc|summarize|pragma|copy|export|information_schema|sqlite_master|query|query_table|(duckdb|pg)_.*)$/;

const WORDS = /[\p{L}_][\p{L}\p{N}_$]*/gu;

/**
 * The tables that SQL may ask: those whose name stands in it, be it in a text or a comment; all of them if it looks
 * around. No statement can ask another one by its name.
 */
export function namedTables(sql: string): TableName[] {
  const words = new Set(Array.from(sql.matchAll(WORDS), ([word]) => word.toLowerCase()));
  if ([...words].some((word) => LOOKS_AROUND.test(word))) return [...TABLE_NAMES];
  return TABLE_NAMES.filter((table) => words.has(table));
}
