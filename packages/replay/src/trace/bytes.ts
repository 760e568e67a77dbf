/** Bytes that come one piece after the other: a file, a pipe, a response. */
export type ByteChunks = AsyncIterable<Uint8Array>;

const NOTHING = new Uint8Array(0);

/** The pieces in one. */
export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array {
  const [only] = pieces;
  if (pieces.length <= 1) return only ?? NOTHING;
  const joined = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}

/** Bytes as hex digits, lower case. */
export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
