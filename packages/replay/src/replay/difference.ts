/** Something that was found to be otherwise than expected. */
export interface Difference {
  /** What was compared: a key of the record, with the place within it. */
  readonly what: string;
  readonly expected: unknown;
  readonly found: unknown;
}

/** Are two JSON values equal? Keys that are missing and keys that are undefined are alike. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  for (const key of keys) if (!sameJson(Reflect.get(a, key), Reflect.get(b, key))) return false;
  return true;
}
