/** What a mail puts before a line that it quotes, however often: `> `, `>> `, `> > `; empty if it quotes none. */
export function quotePrefix(text: string): string {
  return /^(?:\s*>)+ ?/.exec(text)?.[0] ?? '';
}
