/** Undoes a compression piece by piece, without looking at more than it is given. */
export interface Unpacker {
  /**
   * Takes a piece and gives what it unpacks to. A piece of output is valid until the next is asked for.
   * Throws {@link CorruptStream} behind the last byte that can be trusted.
   */
  push(chunk: Uint8Array): Iterable<Uint8Array>;
  /** There is nothing more: was the stream whole? Throws {@link CorruptStream}. */
  end(): boolean;
}

/** Compressed bytes that are none. */
export class CorruptStream extends Error {
  /** What was found. */
  readonly found: string;
  /** What was expected. */
  readonly expected: string;

  constructor(found: string, expected: string) {
    super(`found ${found}; expected ${expected}`);
    this.name = 'CorruptStream';
    this.found = found;
    this.expected = expected;
  }
}
