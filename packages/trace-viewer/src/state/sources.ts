import type { TraceToOpen } from '../engine/open-trace.ts';

/** The type of an element that holds a trace, in base64. */
const EMBEDDED = 'script[type="application/vnd.heaplay.trace"]';

/** The traces that the page was made with: those inside of it, else those that its server has. */
export async function tracesOfPage(): Promise<readonly TraceToOpen[]> {
  const embedded = [...document.querySelectorAll<HTMLScriptElement>(EMBEDDED)];
  if (embedded.length > 0) return embedded.map(embeddedTrace);
  if (!location.protocol.startsWith('http')) return [];
  const listed = await listOfServer();
  return listed.map(({ name, url, live }) => ({ name, from: addressOf(url), live }));
}

/** What the server says of a trace that it does not follow any further; null: nothing, or it is gone. */
export async function noteOf(from: TraceToOpen['from']): Promise<string | null> {
  try {
    return (await listOfServer()).find(({ url }) => addressOf(url) === from)?.note ?? null;
  } catch {
    return null;
  }
}

interface ListedTrace {
  readonly name: string;
  readonly url: string;
  readonly live: boolean;
  readonly note?: string;
}

/** The traces of the server that the page comes from; none if it is not "heaplay view". */
async function listOfServer(): Promise<readonly ListedTrace[]> {
  const response = await fetch('traces.json');
  if (!response.ok || !(response.headers.get('content-type') ?? '').includes('json')) return [];
  return (await response.json()) as readonly ListedTrace[];
}

function addressOf(url: string): string {
  return new URL(url, location.href).href;
}

function embeddedTrace(element: HTMLScriptElement): TraceToOpen {
  const bytes = Uint8Array.from(atob(element.textContent.trim()), (char) => char.charCodeAt(0));
  return { name: element.dataset['name'] ?? 'trace', from: new Blob([bytes]) };
}
