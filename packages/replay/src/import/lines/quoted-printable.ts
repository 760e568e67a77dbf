import { quotePrefix } from './quote-prefix.ts';

/** A line of the file, with its number. */
export interface NumberedLine {
  readonly number: number;
  readonly text: string;
}

/** No line of a quoted-printable text is longer, the `=` at its end included (RFC 2045, 6.7). */
const LONGEST = 76;
/** Nobody folds a line that is much shorter than it may be. */
const FOLDED = 70;
const ESCAPE = /=([0-9A-F]{2})/g;

/**
 * Undoes what is left of the quoted-printable transfer encoding of a mail: `=3D`, `=20` and lines that are folded with
 * a `=` at their end. Where the encoding is at work no `=` stands for itself, so a line with one is left as it is.
 */
export function undoQuotedPrintable(lines: readonly NumberedLine[]): readonly NumberedLine[] {
  const encoded = isAtWork(lines);
  const whole: NumberedLine[] = [];
  let open: NumberedLine | undefined;
  for (const line of lines) {
    const joined = open === undefined ? line : { number: open.number, text: join(open.text, line.text) };
    open = undefined;
    if (isFolded(line.text, encoded)) open = { number: joined.number, text: joined.text.trimEnd().slice(0, -1) };
    else whole.push(encoded && isEncoded(joined.text) ? { ...joined, text: unescape(joined.text) } : joined);
  }
  if (open !== undefined) whole.push(open);
  return whole;
}

/** Is the encoding still at work? `dma_bits=32` at the end of a line looks like it, and is not. */
function isAtWork(lines: readonly NumberedLine[]): boolean {
  const encoded = lines.filter(({ text }) => isEncoded(text));
  const blanks = encoded.filter(({ text }) => /=20\s*$/.test(text));
  return (
    encoded.some(({ text }) => text.includes('=3D')) ||
    blanks.length > 2 ||
    blanks.some(({ text }) => /\s=20/.test(text))
  );
}

/** Is every `=` of this line one of the encoding's? */
function isEncoded(text: string): boolean {
  return /^[^=]*(=([0-9A-F]{2}|\s*$)[^=]*)+$/.test(text);
}

function isFolded(text: string, encoded: boolean): boolean {
  const line = text.trimEnd();
  if (!line.endsWith('=') || !isEncoded(line)) return false;
  return encoded || (line.length >= FOLDED && line.length <= LONGEST);
}

/** The second part of a folded line behind the first; what quotes both stands only once. A fold within `->` quotes nothing. */
function join(first: string, second: string): string {
  const prefix = quotePrefix(first);
  const isArrow = prefix === '>' && /[-=]$/.test(first);
  return first + (prefix !== '' && !isArrow && quotePrefix(second) === prefix ? second.slice(prefix.length) : second);
}

function unescape(text: string): string {
  return text.replace(ESCAPE, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
