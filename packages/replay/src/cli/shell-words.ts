/** A word as a POSIX shell reads it back. */
export function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** The words of a line as {@link quoteWord} writes them. */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  for (const [word] of line.matchAll(/(?:'[^']*'|\\.|[^\s'\\])+/g)) {
    words.push(
      word.replaceAll(
        /'([^']*)'|\\(.)/g,
        (_, quoted: string | undefined, escaped: string | undefined) => quoted ?? escaped ?? '',
      ),
    );
  }
  return words;
}
