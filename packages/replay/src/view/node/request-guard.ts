import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Why a request is not answered. */
export interface Refusal {
  readonly status: 403 | 405 | 421;
  readonly message: string;
}

/** What of a request says whether it may be answered. */
export type GuardedRequest = Pick<IncomingMessage, 'method' | 'headersDistinct'>;

/** Where a server can be reached. */
export interface Door {
  /** Names and addresses in lower case; IPv6 in brackets. */
  readonly hosts: ReadonlySet<string>;
  readonly port: number;
}

/**
 * Why a request must not be answered, whatever it asks for; null: nothing is wrong with it. A page of another site can
 * make a browser send requests here, and can give its own name this machine's address (DNS rebinding): the browser then
 * says whose page it is (`Origin`, `Sec-Fetch-Site`), and under which name it asks (`Host`).
 */
export function refusalOf({ method, headersDistinct: headers }: GuardedRequest, door: Door): Refusal | null {
  const [host = '', ...more] = headers['host'] ?? [];
  if (more.length > 0 || !isOwn(host, door)) {
    return { status: 421, message: 'this server is asked under a name that is not its own' };
  }
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, message: 'only GET and HEAD are answered' };
  const origins = headers['origin'] ?? [];
  const sites = headers['sec-fetch-site'] ?? [];
  if (
    origins.some((origin) => origin.toLowerCase() !== `http://${host.toLowerCase()}`) ||
    sites.some((site) => site !== 'same-origin' && site !== 'none')
  ) {
    return {
      status: 403,
      message: 'a page of another site led here: put the address into the browser yourself, as heaplay view printed it',
    };
  }
  return null;
}

function isOwn(host: string, { hosts, port }: Door): boolean {
  const [, name = '', digits = '80'] = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/i.exec(host) ?? [];
  return hosts.has(name.toLowerCase()) && Number(digits) === port;
}

/** Are these the same secret? Takes as long for any two. */
export function sameSecret(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
