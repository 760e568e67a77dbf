import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import definitions from 'otlp-definitions/build/src/generated/root.js';

/** A message of the official definitions, compiled by protobufjs, of which these things are used. */
interface Definition {
  fromObject(object: object): object;
  decode(bytes: Uint8Array): object;
  encode(message: object): { finish(): Uint8Array };
  toObject(message: object, options: object): object;
}

type Service = Readonly<Record<string, Definition>>;

interface Definitions {
  readonly opentelemetry: {
    readonly proto: { readonly collector: Readonly<Record<'trace' | 'metrics', { readonly v1: Service }>> };
  };
}

const { trace, metrics } = (definitions as unknown as Definitions).opentelemetry.proto.collector;
const Traces = definitionOf(trace.v1, 'ExportTraceServiceRequest');
const TraceResponse = definitionOf(trace.v1, 'ExportTraceServiceResponse');
const Metrics = definitionOf(metrics.v1, 'ExportMetricsServiceRequest');

function definitionOf(service: Service, name: string): Definition {
  const definition = service[name];
  if (definition === undefined) throw new Error(`there is no ${name}`);
  return definition;
}

/** A request that arrived, as it came. */
export interface Arrived {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** What a receiver answers; `hang up`: it closes the connection without an answer. */
export type Answer =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly rejected?: number }
  | 'hang up';

/** A receiver of OTLP over HTTP on a port of its own. */
export interface Receiver {
  readonly url: string;
  /** Every request, those that were refused among them. */
  readonly requests: readonly Arrived[];
  /** Those that were answered with 200. */
  readonly taken: readonly Arrived[];
  close(): Promise<void>;
}

/** Starts one. `answer` is asked for each request, by its number from 1. Not to keep the requests saves their memory. */
export async function startReceiver(
  answer: (number: number, arrived: Arrived) => Answer | Promise<Answer> = () => ({ status: 200 }),
  keep = true,
): Promise<Receiver> {
  let asked = 0;
  const requests: Arrived[] = [];
  const taken: Arrived[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const arrived = await receive(request);
    asked++;
    if (keep) requests.push(arrived);
    const answered = await answer(asked, arrived);
    if (keep && answered !== 'hang up' && answered.status === 200) taken.push(arrived);
    respond(answered, arrived, request, response);
  };
  const server = createServer((request, response) => {
    void handle(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, requests, taken, close: () => close(server) };
}

async function receive(request: IncomingMessage): Promise<Arrived> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return { path: request.url ?? '', headers: request.headers, body: Buffer.concat(pieces) };
}

function respond(answered: Answer, { headers }: Arrived, request: IncomingMessage, response: ServerResponse): void {
  if (answered === 'hang up') {
    request.socket.destroy();
    return;
  }
  const { status, headers: more = {}, rejected } = answered;
  const type = headers['content-type'] ?? '';
  const told = rejected === undefined ? {} : { partialSuccess: { rejectedSpans: rejected, errorMessage: 'too old' } };
  const isJson = type === 'application/json';
  response.writeHead(status, { 'Content-Type': type, ...more });
  response.end(isJson ? JSON.stringify(told) : TraceResponse.encode(TraceResponse.fromObject(told)).finish());
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

type Value = string | number | boolean | readonly Value[];

/** A span as the official definitions read it: ids in hex, times in nanoseconds. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly start: bigint;
  readonly end: bigint;
  readonly code: number;
  readonly message: string;
  readonly attributes: Readonly<Record<string, Value>>;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly droppedAttributes: number;
  readonly droppedLinks: number;
  readonly resource: Readonly<Record<string, Value>>;
}

/** A point of a metric, as the official definitions read it. */
export interface ReceivedPoint {
  readonly metric: string;
  readonly isSum: boolean;
  readonly time: bigint;
  readonly value: number;
  readonly attributes: Readonly<Record<string, Value>>;
}

/** The spans of some requests. */
export function spansOf(requests: readonly Arrived[]): ReceivedSpan[] {
  return requests
    .filter(({ path }) => path === '/v1/traces')
    .flatMap((arrived) => spansIn(arrived.headers['content-type'] === 'application/json', bodyOf(arrived)));
}

/** The spans of a body in OTLP/JSON or protobuf. Throws for one that the definitions do not know. */
export function spansIn(isJson: boolean, body: Uint8Array): ReceivedSpan[] {
  const message = isJson ? Traces.fromObject(fromOtlpJson(body)) : Traces.decode(body);
  const request = Traces.toObject(message, { longs: String, defaults: true }) as Wire;
  return request.resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) => spans.map((span) => receivedSpan(span, attributesOf(resource.attributes)))),
  );
}

/** The points of the metrics of some requests. */
export function pointsOf(requests: readonly Arrived[]): ReceivedPoint[] {
  return requests.filter(({ path }) => path === '/v1/metrics').flatMap(pointsIn);
}

function pointsIn(arrived: Arrived): ReceivedPoint[] {
  const body = bodyOf(arrived);
  const isJson = arrived.headers['content-type'] === 'application/json';
  const message = isJson ? Metrics.fromObject(fromOtlpJson(body)) : Metrics.decode(body);
  const request = Metrics.toObject(message, { longs: String, arrays: true }) as MetricsWire;
  return request.resourceMetrics.flatMap(({ scopeMetrics }) =>
    scopeMetrics.flatMap(({ metrics: all }) =>
      all.flatMap(({ name, gauge, sum }) =>
        (gauge ?? sum ?? { dataPoints: [] }).dataPoints.map((point) => ({
          metric: name,
          isSum: sum !== undefined,
          time: BigInt(point.timeUnixNano),
          value: Number(point.asInt ?? point.asDouble),
          attributes: attributesOf(point.attributes),
        })),
      ),
    ),
  );
}

function bodyOf({ headers, body }: Arrived): Uint8Array {
  return headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
}

/** OTLP writes ids in hex, where JSON of protobuf, which the definitions read, has base64. */
function fromOtlpJson(body: Uint8Array): Record<string, unknown> {
  return JSON.parse(new TextDecoder().decode(body), (key, value: unknown) =>
    /^(traceId|spanId|parentSpanId)$/.test(key) ? Buffer.from(String(value), 'hex').toString('base64') : value,
  ) as Record<string, unknown>;
}

function receivedSpan(span: SpanWire, resource: ReceivedSpan['resource']): ReceivedSpan {
  return {
    traceId: hexOf(span.traceId),
    spanId: hexOf(span.spanId),
    parentSpanId: hexOf(span.parentSpanId),
    name: span.name,
    start: BigInt(span.startTimeUnixNano),
    end: BigInt(span.endTimeUnixNano),
    code: span.status?.code ?? 0,
    message: span.status?.message ?? '',
    attributes: attributesOf(span.attributes),
    links: span.links.map(({ traceId, spanId }) => ({ traceId: hexOf(traceId), spanId: hexOf(spanId) })),
    droppedAttributes: span.droppedAttributesCount,
    droppedLinks: span.droppedLinksCount,
    resource,
  };
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function attributesOf(attributes: readonly AttributeWire[]): Record<string, Value> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, valueOf(value)]));
}

function valueOf({ stringValue, intValue, boolValue, doubleValue, arrayValue }: ValueWire): Value {
  if (arrayValue !== undefined && arrayValue !== null) return arrayValue.values.map(valueOf);
  if (intValue !== undefined && intValue !== null) return Number(intValue);
  return stringValue ?? boolValue ?? doubleValue ?? '';
}

interface ValueWire {
  readonly stringValue?: string;
  readonly intValue?: string | null;
  readonly boolValue?: boolean;
  readonly doubleValue?: number;
  readonly arrayValue?: { readonly values: readonly ValueWire[] } | null;
}

interface AttributeWire {
  readonly key: string;
  readonly value: ValueWire;
}

interface SpanWire {
  readonly traceId: Uint8Array;
  readonly spanId: Uint8Array;
  readonly parentSpanId: Uint8Array;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status?: { readonly code: number; readonly message: string } | null;
  readonly attributes: readonly AttributeWire[];
  readonly links: readonly { readonly traceId: Uint8Array; readonly spanId: Uint8Array }[];
  readonly droppedAttributesCount: number;
  readonly droppedLinksCount: number;
}

interface Wire {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly AttributeWire[] };
    readonly scopeSpans: readonly { readonly spans: readonly SpanWire[] }[];
  }[];
}

interface PointsWire {
  readonly dataPoints: readonly {
    readonly timeUnixNano: string;
    readonly asInt?: string;
    readonly asDouble?: number;
    readonly attributes: readonly AttributeWire[];
  }[];
}

interface MetricsWire {
  readonly resourceMetrics: readonly {
    readonly scopeMetrics: readonly {
      readonly metrics: readonly { readonly name: string; readonly gauge?: PointsWire; readonly sum?: PointsWire }[];
    }[];
  }[];
}
