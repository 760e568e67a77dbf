import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http';

/** What a server answered. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** How something is asked for: by hand, so that nothing is made right on the way. */
export interface Question {
  readonly method?: string;
  /** As it goes over the wire: no dots are taken out. */
  readonly path: string;
  readonly headers?: OutgoingHttpHeaders;
}

/** Sends a request, and gives the answer before its body. */
export async function begin(url: string, { method = 'GET', path, headers = {} }: Question): Promise<IncomingMessage> {
  const { hostname, port } = new URL(url);
  const asked = request({
    host: hostname.replace(/^\[|\]$/g, ''),
    port,
    method,
    path,
    headers: { Connection: 'close', ...headers },
  });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return response;
}

/** Sends a request, and gives the whole answer. */
export async function ask(url: string, question: Question): Promise<Answer> {
  const response = await begin(url, question);
  const body: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) body.push(chunk);
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(body) };
}
