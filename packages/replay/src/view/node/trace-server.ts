import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pagePolicy } from '../page-policy.ts';
import { answerTrace } from './answer-trace.ts';
import { isLoopback, ownHosts, printedHost } from './own-hosts.ts';
import { refusalOf, sameSecret } from './request-guard.ts';
import type { Door } from './request-guard.ts';
import type { ServedTrace } from './served-trace.ts';

/** What is served, and where. */
export interface ServeOptions {
  /** The text of the viewer's page. */
  readonly page: string;
  readonly traces: readonly ServedTrace[];
  /** The address to listen at; 127.0.0.1 unless said. */
  readonly host?: string;
  /** The port; 0, or unless said: one that is free. */
  readonly port?: number;
  /** Others than this machine may reach it. Without, an address that is not loopback is refused. */
  readonly exposed?: boolean;
  /** What the page begins with: the fragment of its address, without `#`. */
  readonly start?: string;
  /** Hears what went wrong with an answer. */
  readonly tell?: (problem: string) => void;
}

/** Why nothing is served. */
export class ServeError extends Error {
  override readonly name = 'ServeError';
}

/** Milliseconds for which {@link TraceServer.addressToOpen} is good. */
const OPENING_TIME = 60_000;

/** How a page is to be treated by the browser, whatever it is. */
const HEADERS: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** The policy of an answer that is no page: it may do nothing. */
const NO_PAGE = `default-src 'none'; frame-ancestors 'none'`;

/**
 * Serves the viewer's page with traces over HTTP, to whoever knows the address: the first part of its path is a random
 * token. Nothing else can be reached through it. Throws {@link ServeError}.
 */
export async function serveTraces(options: ServeOptions): Promise<TraceServer> {
  const { host = '127.0.0.1', port = 0, exposed = false } = options;
  if (!isLoopback(host) && !exposed) {
    throw new ServeError(`${host} can be reached from other machines; expected a loopback address, as 127.0.0.1`);
  }
  const policy = pagePolicy(options.page);
  if (policy === null) throw new ServeError("the page has no policy of its own: it is not the viewer's");
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(new ServeError(`cannot listen there (${error.message})`, { cause: error })));
    server.listen(port, host, resolve);
  });
  return new TraceServer(server, host, policy, options);
}

/** A server that listens. */
export class TraceServer {
  /** Where the page is. */
  readonly url: string;
  private readonly server: Server;
  private readonly origin: string;
  private readonly token = randomBytes(32).toString('base64url');
  private readonly door: Door;
  private readonly policy: string;
  private readonly options: ServeOptions;
  private opening: { readonly code: string; readonly until: number } | undefined;

  /** For a server that listens at this host. See {@link serveTraces}. */
  constructor(server: Server, host: string, policy: string, options: ServeOptions) {
    const { port } = server.address() as AddressInfo;
    this.server = server;
    this.policy = policy;
    this.options = options;
    this.door = { hosts: ownHosts(host), port };
    this.origin = `http://${printedHost(host)}:${port}`;
    this.url = `${this.origin}${this.path}`;
    server.on('request', (request, response) => void this.answer(request, response));
  }

  /**
   * An address that leads to the page once, within a minute: for a browser's command line, which other users of the
   * machine can see.
   */
  addressToOpen(): string {
    const code = randomBytes(32).toString('base64url');
    this.opening = { code, until: performance.now() + OPENING_TIME };
    return `${this.origin}/${code}`;
  }

  /** Ends it, and every answer that is on its way. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
    this.server.closeAllConnections();
    await closed;
  }

  /** The path of the page, and what it begins with. */
  private get path(): string {
    const { start = '' } = this.options;
    return `/${this.token}/${start === '' ? '' : `#${start}`}`;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    response.setHeader('Content-Security-Policy', NO_PAGE);
    try {
      const refusal = refusalOf(request, this.door);
      if (refusal !== null) {
        if (refusal.status === 405) response.setHeader('Allow', 'GET, HEAD');
        // What was sent along is not read.
        response.setHeader('Connection', 'close');
        return say(response, refusal.status, refusal.message);
      }
      await this.answerPath((request.url ?? '').replace(/\?.*$/s, ''), request, response);
    } catch (error) {
      this.options.tell?.(error instanceof Error ? error.message : String(error));
      if (response.headersSent) response.destroy();
      else say(response, 404, 'it is not there any more');
    }
  }

  private async answerPath(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, first = '', ...rest] = path.split('/');
    if (!sameSecret(first, this.token)) {
      if (rest.length === 0 && request.method === 'GET' && this.mayOpen(first)) {
        response.writeHead(303, { Location: this.path }).end();
      } else say(response, 404, 'there is nothing here');
      return;
    }
    const name = rest.join('/');
    const trace = this.options.traces.find((_, number) => name === traceUrl(number));
    if (rest.length === 0) response.writeHead(308, { Location: this.path }).end();
    else if (name === '') {
      response.setHeader('Content-Security-Policy', this.policy);
      say(response, 200, this.options.page, 'text/html; charset=utf-8');
    } else if (name === 'traces.json') say(response, 200, this.list(), 'application/json');
    else if (trace !== undefined) await answerTrace(trace, request, response);
    else say(response, 404, 'there is nothing here');
  }

  private mayOpen(code: string): boolean {
    const { opening } = this;
    if (opening === undefined || !sameSecret(code, opening.code)) return false;
    this.opening = undefined;
    return performance.now() <= opening.until;
  }

  private list(): string {
    const list = this.options.traces.map(({ name, live, note }, number) => ({
      name,
      url: traceUrl(number),
      live,
      ...(note === null ? {} : { note }),
    }));
    return JSON.stringify(list);
  }
}

/** Where a trace is, seen from the page. */
function traceUrl(number: number): string {
  return `traces/${number}`;
}

function say(response: ServerResponse, status: number, text: string, type = 'text/plain; charset=utf-8'): void {
  const body = Buffer.from(text);
  // Of an answer to HEAD the body is left out by Node.js.
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': body.length }).end(body);
}
