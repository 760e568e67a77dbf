/** A trace as it is put into a page. */
export interface EmbeddedTrace {
  /** What the page calls it. */
  readonly name: string;
  /** Its bytes, compressed as they are. */
  readonly bytes: Uint8Array;
}

/** The type of an element that holds a trace in base64: no script to a browser, so that no policy has to allow it. */
export const EMBEDDED_TRACE = 'application/vnd.heaplay.trace';

/** The type of an element that holds what the page begins with, where its address says nothing. */
export const START_FRAGMENT = 'application/vnd.heaplay.start';

/** Where the page's own script begins. All that stands before it has been read when it runs. */
const SCRIPT = '<script type="module">';

/** Bytes that become base64 at one go: a multiple of three, so that the pieces can be put together. */
const PIECE = 3 * 2 ** 16;

/**
 * The viewer's page with traces inside, in pieces. `start`: what it shows first, a fragment without `#`. Throws if that
 * is not the viewer's page.
 */
export function* reportPage(page: string, traces: readonly EmbeddedTrace[], start = ''): Generator<string> {
  const at = page.indexOf(SCRIPT);
  if (at < 0) throw new Error("the page has no script: it is not the viewer's");
  yield page.slice(0, at);
  if (start !== '') yield `<script type="${START_FRAGMENT}" data-fragment="${escaped(start)}"></script>\n`;
  for (const { name, bytes } of traces) {
    yield `<script type="${EMBEDDED_TRACE}" data-name="${escaped(name)}">`;
    for (let first = 0; first < bytes.length; first += PIECE) yield base64(bytes.subarray(first, first + PIECE));
    yield '</script>\n';
  }
  yield page.slice(at);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** As it may stand in an attribute. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
}

function base64(bytes: Uint8Array): string {
  let text = '';
  // So many arguments a call takes everywhere.
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}
