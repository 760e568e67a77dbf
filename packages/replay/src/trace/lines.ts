import { joinBytes } from './bytes.ts';

const LINE_FEED = 10;

/** Bytes of one line that a reader puts up with, unless told otherwise: a dump of a very large heap takes some dozen MiB. */
export const DEFAULT_LINE_LIMIT: number = 256 * 2 ** 20;

/** Puts a stream of bytes together to whole lines. */
export class LineSplitter {
  /** Most bytes of a line. */
  readonly limit: number;
  private pieces: Uint8Array[] = [];
  private held = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Takes further bytes and gives all whole lines, line ends included; nothing if no line has ended. Valid until the bytes change. */
  push(chunk: Uint8Array): Uint8Array {
    const end = chunk.lastIndexOf(LINE_FEED) + 1;
    const whole = chunk.subarray(0, end);
    const lines = this.held === 0 || end === 0 ? whole : joinBytes([...this.pieces, whole]);
    if (end > 0) {
      this.pieces = [];
      this.held = 0;
    }
    if (end < chunk.length) {
      // A copy: the caller may use its buffer anew.
      this.pieces.push(chunk.slice(end));
      this.held += chunk.length - end;
    }
    return lines;
  }

  /** Is the line that has not ended yet too long already? */
  get tooLong(): boolean {
    return this.held > this.limit;
  }

  /** The bytes behind the last line end. */
  rest(): Uint8Array {
    return joinBytes(this.pieces);
  }
}

/** Lines as texts, up to the first that is no UTF-8. */
export interface TextLines {
  readonly lines: readonly string[];
  /** The line behind the last one is no UTF-8. */
  readonly broken: boolean;
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Whole lines as texts, without their line feeds. */
export function decodeLines(bytes: Uint8Array): TextLines {
  try {
    const lines = strict.decode(bytes).split('\n');
    if (lines.at(-1) === '') lines.pop();
    return { lines, broken: false };
  } catch {
    return decodeOneByOne(bytes);
  }
}

/** One of these lines is no UTF-8: find out which. */
function decodeOneByOne(bytes: Uint8Array): TextLines {
  const lines: string[] = [];
  for (let start = 0; start < bytes.length;) {
    const feed = bytes.indexOf(LINE_FEED, start);
    const end = feed < 0 ? bytes.length : feed;
    try {
      lines.push(strict.decode(bytes.subarray(start, end)));
    } catch {
      return { lines, broken: true };
    }
    start = end + 1;
  }
  return { lines, broken: false };
}

/** Nothing but white space? */
export function isBlank(line: string): boolean {
  return line.trim() === '';
}
