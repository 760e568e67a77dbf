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

/** The same for one that has to wait: for another thread, for a file. */
export interface SlowUnpacker {
  /** As {@link Unpacker.push}. */
  push(chunk: Uint8Array): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** There is nothing more: gives what was held back. Throws {@link CorruptStream}. */
  finish(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** Was the stream whole? To be asked behind {@link finish}. */
  readonly whole: boolean;
  /** Gives back what it holds, at the end or before it. */
  close(): void;
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
