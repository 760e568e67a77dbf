/** A number with decimals that a double would not keep, as it is written. */
export class ExactDecimal {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A value of a result of SQL, as a plain one. Integers of 64 bits and more are bigints; dates and the like are texts. */
export type SqlValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | ExactDecimal
  | readonly SqlValue[]
  | { readonly [name: string]: SqlValue };

/** A value as JSON, with all digits of its numbers. What JSON has no number for (NaN, Infinity) is a text. */
export function sqlJson(value: SqlValue): string {
  if (value instanceof ExactDecimal) return value.text;
  switch (typeof value) {
    case 'bigint':
      return String(value);
    case 'number':
      return Number.isFinite(value) ? String(value) : `"${value}"`;
    case 'object':
      break;
    default:
      return JSON.stringify(value);
  }
  if (value === null) return 'null';
  if (Array.isArray(value)) return `[${value.map(sqlJson).join(',')}]`;
  const entries = Object.entries(value as Readonly<Record<string, SqlValue>>);
  return `{${entries.map(([name, item]) => `${JSON.stringify(name)}:${sqlJson(item)}`).join(',')}}`;
}

/** A value as a text: of one that has parts, its JSON; null for null. */
export function sqlText(value: SqlValue): string | null {
  if (value === null || typeof value === 'string') return value;
  if (value instanceof ExactDecimal) return value.text;
  return typeof value === 'object' ? sqlJson(value) : String(value);
}
