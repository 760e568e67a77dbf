import type { TraceToOpen } from '../engine/open-trace.ts';

/** The type of an element that holds a trace, in base64. */
const EMBEDDED = 'script[type="application/vnd.heaplay.trace"]';

/** The traces that the page was made with: those inside of it, else those that its server has. */
export async function tracesOfPage(): Promise<readonly TraceToOpen[]> {
  const embedded = [...document.querySelectorAll<HTMLScriptElement>(EMBEDDED)];
  if (embedded.length > 0) return embedded.map(embeddedTrace);
  if (!location.protocol.startsWith('http')) return [];
  const response = await fetch('traces.json');
  if (!response.ok || !(response.headers.get('content-type') ?? '').includes('json')) return [];
  const listed = (await response.json()) as readonly { readonly name: string; readonly url: string }[];
  return listed.map(({ name, url }) => ({ name, from: new URL(url, location.href).href }));
}

function embeddedTrace(element: HTMLScriptElement): TraceToOpen {
  const bytes = Uint8Array.from(atob(element.textContent.trim()), (char) => char.charCodeAt(0));
  return { name: element.dataset['name'] ?? 'trace', from: new Blob([bytes]) };
}
