/** A part of so many bytes; the end is excluded. */
export interface ByteRange {
  readonly first: number;
  readonly end: number;
}

/**
 * The part that a `Range` header asks for (RFC 9110, 14.2). Null: the whole, as for several parts, for units other than
 * bytes, and for what is no range at all. `none`: there is no such part.
 */
export function rangeOf(header: string | undefined, size: number): ByteRange | 'none' | null {
  const [, from = '', to = ''] = /^bytes=(?=\d|-\d)(\d{0,15})-(\d{0,15})$/i.exec(header ?? '') ?? [];
  if (from === '' && to === '') return null;
  if (from === '') {
    const length = Math.min(Number(to), size);
    return length === 0 ? 'none' : { first: size - length, end: size };
  }
  const first = Number(from);
  if (to !== '' && Number(to) < first) return null;
  if (first >= size) return 'none';
  return { first, end: to === '' ? size : Math.min(Number(to) + 1, size) };
}
