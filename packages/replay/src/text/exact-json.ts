const MARK = '\u0000';

/** JSON in which a bigint is an integer with all of its digits. Texts must not contain NUL. */
export function exactJson(value: unknown): string {
  const text = JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${MARK}${part}` : part));
  return text.replaceAll(/"\\u0000(\d+)"/g, '$1');
}
