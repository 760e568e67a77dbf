import { withoutHtml } from './html-entities.ts';
import { withoutPrefixes } from './line-prefixes.ts';
import type { LogLine } from './log-line.ts';
import { quotePrefix } from './quote-prefix.ts';
import { undoQuotedPrintable } from './quoted-printable.ts';
import { unwrapLines } from './unwrap.ts';

// Escape sequences of terminals: colours, cursor movements, titles.
// oxlint-disable no-control-regex
const ESCAPE_SEQUENCE =
  /\u001B(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|[()][A-Z0-9]|[@-Z\\^_=>])/g;
// Control characters that mean nothing in a log; tabulators and line ends stay.
const CONTROL = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F\uFEFF]/g;
// oxlint-enable no-control-regex

/**
 * The lines of a log as whoever wrote them wrote them: without quoting, transfer encodings, HTML, terminal control,
 * timestamps and the hypervisor's own prefix, which says who wrote the line. Where two consoles met in the middle of a
 * line, it is taken apart. Empty lines are left out.
 */
export function cleanLines(text: string): readonly LogLine[] {
  // An archive shows as HTML what came in a mail, and a mail may hold HTML.
  const raw = text.split('\n').map((line, at) => ({ number: at + 1, text: withoutHtml(line) }));
  const lines = undoQuotedPrintable(raw).flatMap(({ number, text: line }) =>
    withoutControl(withoutHtml(line))
      .split('\r')
      .flatMap((part) => consoleLines(part.slice(quotePrefix(part).length), number)),
  );
  return unwrapLines(lines);
}

function withoutControl(line: string): string {
  return line.replace(/\r+$/, '').replace(ESCAPE_SEQUENCE, '').replace(CONTROL, '').replaceAll('\u00A0', ' ');
}

const XEN = '(XEN)';
/** A guest's line on the hypervisor's console. */
const GUEST = /^\(d\d+\)/;

/** What each console wrote on this line. */
function consoleLines(line: string, number: number): readonly LogLine[] {
  // Not `#address-cells`.
  if (/^\s*#(?:\s|$)/.test(line)) return [{ number, source: 'comment', text: line.trim() }];
  return line.split(/(?=\(XEN\))/).flatMap((part): readonly LogLine[] => {
    const outer = withoutPrefixes(part);
    const isXen = outer.startsWith(XEN);
    const inner = isXen ? withoutPrefixes(outer.slice(XEN.length)) : outer;
    if (inner === '') return [];
    return [{ number, source: isXen && !GUEST.test(inner) ? 'xen' : 'other', text: inner }];
  });
}
