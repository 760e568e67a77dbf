import { plural } from '../../text/format.ts';

/** More of one sort than this nobody reads. */
const MOST_SHOWN = 32;

/** The first lines of a list, and how many more there are, with `hidden` further ones that the list lacks. */
export function shown(lines: readonly string[], what: string, hidden = 0): readonly string[] {
  const more = lines.length - MOST_SHOWN + hidden;
  if (more <= 0) return lines;
  return [...lines.slice(0, MOST_SHOWN), `and ${plural(more, `more ${what}`)}, which --json shows`];
}
