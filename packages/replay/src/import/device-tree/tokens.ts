import type { LogLine } from '../lines/log-line.ts';

/** A word, text or sign of a device-tree source, and its line. */
export interface Token {
  readonly kind: 'word' | 'text' | 'sign';
  /** A text without its quotes. */
  readonly text: string;
  readonly line: number;
}

/** Comments, texts, references by path, directives and names, numbers, signs. */
const TOKEN =
  /\/\*|\/\/.*|"((?:[^"\\]|\\.)*)"?|(&\{[^}]*\}|\/[a-z][a-z0-9-]*\/|&?[A-Za-z0-9_,.+*#?@&-]+(?:\/[A-Za-z0-9_,.+*#?@-]+)*|\/)|([{}<>()[\];=:,|~!^%])/g;

/** Takes a device-tree source apart. Comments go; so do the preprocessor's lines, whose names then stand for nothing. */
export function tokensOf(lines: readonly LogLine[]): readonly Token[] {
  const tokens: Token[] = [];
  let inComment = false;
  for (const { number: line, text } of lines) {
    let rest = text;
    if (!inComment && /^#(?:include|define|ifdef|ifndef|if|else|endif|undef)\b/.test(rest)) continue;
    while (rest !== '') {
      if (inComment) {
        const end = rest.indexOf('*/');
        if (end < 0) break;
        rest = rest.slice(end + 2);
        inComment = false;
      }
      TOKEN.lastIndex = 0;
      const opened = pushTokens(rest, line, tokens);
      if (opened === null) break;
      rest = rest.slice(opened);
      inComment = true;
    }
  }
  return tokens;
}

/** Adds the tokens of a piece of a line; where a comment opens, says how far it came. */
function pushTokens(piece: string, line: number, tokens: Token[]): number | null {
  for (const match of piece.matchAll(TOKEN)) {
    const [whole, quoted, word, sign] = match;
    if (whole === '/*') return match.index + 2;
    if (quoted !== undefined) tokens.push({ kind: 'text', text: quoted, line });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word, line });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign, line });
  }
  return null;
}
