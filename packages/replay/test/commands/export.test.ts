import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SpanIds, identifyTrace, runSpans } from '../../src/otel.ts';
import type { HeapMetricSample, HeapSpan } from '../../src/otel.ts';
import { heaplay, heaplayJson } from '../cli.ts';
import { corpusPath } from '../corpus.ts';
import { corpusSource } from '../small-timeline.ts';
import { pointsOf, spansIn, spansOf, startReceiver } from '../otlp/receiver.ts';
import type { Answer, Arrived, ReceivedSpan, Receiver } from '../otlp/receiver.ts';

const TRACE = 'golden/4.17.direct-map-all.1node.exhaust.heaplay.jsonl.gz';
const RECORDING = 'recordings/x86-2g.4.17.heaplay.jsonl';
/** Of the recording: a root, 19 phases, 811 calls, 525 lifetimes. */
const SPANS = 1356;
const START = '2026-03-01T12:00:00.250Z';
const START_NANOS = BigInt(Date.parse(START)) * 1_000_000n;

interface Sent {
  readonly made: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly lost: number;
  readonly reasons: readonly string[];
}

interface ExportJson {
  readonly spans: Sent | null;
  readonly points: Sent | null;
}

let receiver: Receiver | undefined;

async function receiving(answer?: (number: number, arrived: Arrived) => Answer | Promise<Answer>): Promise<Receiver> {
  receiver = await startReceiver(answer);
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', receiver.url);
  return receiver;
}

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (/^OTEL_|^TRACEPARENT$/.test(name)) vi.stubEnv(name, undefined);
  // A machine that stands still for longer than the standard's 10 s must not look like a receiver that does.
  vi.stubEnv('OTEL_EXPORTER_OTLP_TIMEOUT', '60000');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await receiver?.close();
  receiver = undefined;
});

interface Expected {
  readonly traceId: string;
  readonly spans: readonly HeapSpan[];
  readonly samples: readonly HeapMetricSample[];
}

async function expectedOf(path: string, metricsEvery: number): Promise<Expected> {
  const source = await corpusSource(path);
  const identity = identifyTrace(source);
  const spans: HeapSpan[] = [];
  const samples: HeapMetricSample[] = [];
  for (const item of runSpans(source, identity, { metricsEvery })) {
    if (item.kind === 'metrics') samples.push(item);
    else if (item.kind !== 'pause') spans.push(item);
  }
  return { traceId: new SpanIds(identity.seed).traceId, spans, samples };
}

function byId<T extends { readonly spanId: string }>(spans: readonly T[]): T[] {
  return spans.toSorted((a, b) => (a.spanId < b.spanId ? -1 : 1));
}

/** A trace's name is the path that it was opened by. */
function withoutName(attributes: object): object {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => name !== 'xen.heap.trace.name'));
}

/** What of a span must arrive. */
function shape({ traceId, spans }: Expected): object[] {
  return byId(spans).map(({ spanId, parentSpanId, name, start, end, status, attributes, links, droppedLinks }) => ({
    traceId,
    spanId,
    parentSpanId: parentSpanId ?? '',
    name,
    start: START_NANOS + BigInt(start),
    end: START_NANOS + BigInt(end),
    code: status.code,
    message: status.message ?? '',
    attributes: withoutName(attributes),
    links: links.map((link) => ({ traceId, spanId: link.spanId })),
    droppedLinks,
    droppedAttributes: 0,
  }));
}

function received(spans: readonly ReceivedSpan[]): object[] {
  return byId(spans).map(({ resource, attributes, ...span }) => {
    expect(resource['service.name']).toBe('xen-heap');
    return { ...span, attributes: withoutName(attributes) };
  });
}

describe.each(['http/json', 'http/protobuf'])('heaplay export --to otlp over %s', (protocol) => {
  it.each(['none', 'gzip'])('[OTLP-1] delivers every span and point, with compression %s', async (compression) => {
    const { taken } = await receiving();
    vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', protocol);
    vi.stubEnv('OTEL_EXPORTER_OTLP_COMPRESSION', compression);
    const args = ['--to', 'otlp', '--start', START, '--metrics-every', '100'];
    const { exitCode, json } = await heaplayJson<ExportJson>('export', corpusPath(TRACE), ...args);
    const expected = await expectedOf(TRACE, 100);
    expect(exitCode).toBe(0);
    expect(received(spansOf(taken))).toEqual(shape(expected));
    expect(new Set(taken.map(({ headers }) => headers['content-encoding']))).toEqual(
      new Set([compression === 'gzip' ? 'gzip' : undefined]),
    );
    const points = expected.samples.flatMap(({ at, points: all }) =>
      all.map(({ attributes, value }) => ({ time: START_NANOS + BigInt(at), attributes, value })),
    );
    const arrived = pointsOf(taken).map(({ time, attributes, value }) => ({ time, attributes, value }));
    const order = (all: readonly object[]): string[] =>
      all
        .map((point) => JSON.stringify(point, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)))
        .toSorted();
    expect(order(arrived)).toEqual(order(points));
    expect(json).toMatchObject({
      spans: { made: expected.spans.length, accepted: expected.spans.length, rejected: 0, lost: 0 },
      points: { made: points.length, accepted: points.length, rejected: 0, lost: 0 },
    });
  });

  it('[OTLP-2] counts what the receiver rejects', async () => {
    await receiving((number, { path }) => ({
      status: 200,
      ...(number > 1 && path === '/v1/traces' ? { rejected: 7 } : {}),
    }));
    vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', protocol);
    vi.stubEnv('OTEL_METRICS_EXPORTER', 'none');
    const { exitCode, json } = await heaplayJson<ExportJson>('export', corpusPath(RECORDING), '--to', 'otlp');
    expect(exitCode).toBe(1);
    expect(json.spans).toEqual({ made: SPANS, accepted: SPANS - 14, rejected: 14, lost: 0, reasons: ['too old'] });
    expect(json.points).toBeNull();
  });
});

describe('times', () => {
  it('[OTLP-3] are the trace’s own, of calls and of lifetimes', async () => {
    const { taken } = await receiving();
    await heaplay('export', corpusPath(RECORDING), '--to', 'otlp');
    const { table } = await corpusSource(RECORDING);
    // One record has no time: it stands at the one before it.
    const latest = (record: number): number => table.atAt(record) ?? latest(record - 1);
    const calls = spansOf(taken).filter(({ attributes }) => attributes['xen.heap.cpu'] !== undefined);
    const recordOf = ({ attributes }: ReceivedSpan): number => Number(attributes['xen.heap.record']);
    expect(calls.length).toBe(811);
    expect(calls.map(({ start }) => start)).toEqual(calls.map((span) => BigInt(latest(recordOf(span)))));
  });
});

describe('a receiver that is in trouble', () => {
  beforeEach(() => {
    vi.stubEnv('OTEL_METRICS_EXPORTER', 'none');
  });

  const retried: readonly (readonly [string, Answer])[] = [
    ['429 with Retry-After', { status: 429, headers: { 'Retry-After': '1' } }],
    ['503 with Retry-After', { status: 503, headers: { 'Retry-After': '1' } }],
    ['502', { status: 502 }],
    ['504', { status: 504 }],
    ['a connection that breaks', 'hang up'],
  ];

  it.each(retried)('[OTLP-4] gets what it could not take again: %s', async (_, trouble) => {
    const { taken, requests } = await receiving((number) => (number === 2 ? trouble : { status: 200 }));
    const began = Date.now();
    const { exitCode } = await heaplay('export', corpusPath(RECORDING), '--to', 'otlp', '--start', START);
    expect(exitCode).toBe(0);
    expect(received(spansOf(taken))).toEqual(shape(await expectedOf(RECORDING, 0)));
    expect(requests.length).toBe(taken.length + 1);
    // A backoff may be up to a fifth shorter than its second.
    expect(Date.now() - began).toBeGreaterThan(790);
  });

  it('[OTLP-5] gets nothing twice that it refused: 400 is final, and counted', async () => {
    const { requests } = await receiving((number) => ({ status: number === 1 ? 400 : 200 }));
    const { exitCode, json, err } = await heaplayJson<ExportJson>('export', corpusPath(RECORDING), '--to', 'otlp');
    expect(exitCode).toBe(1);
    expect(json.spans).toMatchObject({ made: SPANS, accepted: SPANS - 512, rejected: 0, lost: 512 });
    expect(requests.length).toBe(3);
    expect(err).toContain('400');
  });

  it('[OTLP-6] is given up after three requests in a row that fail for good, and the rest is counted', async () => {
    const { requests } = await receiving(() => ({ status: 401 }));
    vi.stubEnv('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', '10');
    const { exitCode, json } = await heaplayJson<ExportJson>('export', corpusPath(RECORDING), '--to', 'otlp');
    expect(exitCode).toBe(1);
    expect(json.spans).toMatchObject({ made: SPANS, accepted: 0, lost: SPANS });
    expect(requests.length).toBeLessThan(10);
  });

  it('[OTLP-7] that dies in between is told by an honest count', async () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_TIMEOUT', '1500');
    vi.stubEnv('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', '100');
    const { taken, close } = await receiving((number) => (number <= 3 ? { status: 200 } : 'hang up'));
    const { exitCode, json, err } = await heaplayJson<ExportJson>('export', corpusPath(RECORDING), '--to', 'otlp');
    await close();
    expect(exitCode).toBe(1);
    expect(json.spans).toMatchObject({ made: SPANS, accepted: 300, rejected: 0, lost: SPANS - 300 });
    expect(spansOf(taken).length).toBe(300);
    expect(err).toMatch(/socket hang up|ECONNRESET/);
  });

  it('[OTLP-8] that is not there is told, with where it was looked for', async () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_TIMEOUT', '500');
    const { url, close } = await receiving();
    await close();
    const { exitCode, out, err } = await heaplay('export', corpusPath(RECORDING), '--to', 'otlp');
    expect(exitCode).toBe(1);
    expect(out).toBe('1,356 spans: 0 accepted, 0 rejected by the receiver, 1,356 not delivered\n');
    expect(err).toContain(`${url}/v1/traces: `);
    expect(err).toContain('ECONNREFUSED');
  });

  it('[OTLP-9] that is slow loses nothing, and is never asked for more than four things at once', async () => {
    let open = 0;
    let most = 0;
    const { taken } = await receiving(async () => {
      open++;
      most = Math.max(most, open);
      await sleep(20);
      open--;
      return { status: 200 };
    });
    vi.stubEnv('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', '20');
    const { exitCode } = await heaplay('export', corpusPath(RECORDING), '--to', 'otlp');
    expect(exitCode).toBe(0);
    expect(spansOf(taken).length).toBe(SPANS);
    expect(most).toBe(4);
  });
});

describe('the environment', () => {
  const own = async (): Promise<readonly ReceivedSpan[]> => {
    const { taken } = await receiving();
    const { exitCode, err } = await heaplay('export', corpusPath(RECORDING), '--to', 'otlp');
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    return spansOf(taken);
  };

  it('[OTLP-10] names the service and adds to the resource', async () => {
    vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'host.name=box%2C1,xen.heap.mode=mine');
    vi.stubEnv('OTEL_SERVICE_NAME', 'dom0');
    const [first] = await own();
    expect(first?.resource).toMatchObject({
      'service.name': 'dom0',
      'host.name': 'box,1',
      'xen.heap.mode': 'mine',
      'xen.heap.arch': 'x86_64',
      'xen.heap.xen_version': '4.17',
    });
  });

  it('[OTLP-11] puts the root below TRACEPARENT', async () => {
    vi.stubEnv('TRACEPARENT', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01');
    const spans = await own();
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set(['0af7651916cd43dd8448eb211c80319c']));
    const roots = spans.filter(({ parentSpanId }) => parentSpanId === 'b7ad6b7169203331');
    expect(roots.map(({ name }) => name)).toEqual(['xen heap']);
  });

  it('[OTLP-12] limits attributes, texts and links', async () => {
    vi.stubEnv('OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', '2');
    vi.stubEnv('OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT', '5');
    vi.stubEnv('OTEL_SPAN_LINK_COUNT_LIMIT', '0');
    const spans = await own();
    const call = spans.find(({ name }) => name === 'alloc_boot_pages');
    expect(call?.attributes).toEqual({ 'xen.heap.record': expect.any(Number), 'xen.heap.call': 'alloc' });
    expect(call?.droppedAttributes).toBeGreaterThan(2);
    const lifetimes = spans.filter(({ name }) => name === 'allocation');
    expect(new Set(lifetimes.map(({ links, droppedLinks }) => `${links.length} ${droppedLinks}`))).toEqual(
      new Set(['0 1']),
    );
  });

  it('[OTLP-13] lets a signal go elsewhere, with headers of its own', async () => {
    const { url, taken } = await receiving();
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', 'http://127.0.0.1:1');
    vi.stubEnv('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', `${url}/v1/traces`);
    vi.stubEnv('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'http/json');
    vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', 'x-a=1,x-b=2');
    vi.stubEnv('OTEL_EXPORTER_OTLP_TRACES_HEADERS', 'x-b=3');
    vi.stubEnv('OTEL_METRICS_EXPORTER', 'none');
    await heaplay('export', corpusPath(RECORDING), '--to', 'otlp');
    expect(spansOf(taken).length).toBe(SPANS);
    expect(taken[0]?.headers).toMatchObject({ 'x-a': '1', 'x-b': '3', 'content-type': 'application/json' });
  });

  it('[OTLP-22] lets metrics go elsewhere, written and packed in another way than spans', async () => {
    const { url, taken } = await receiving();
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', `${url}/below/`);
    vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'http/json');
    vi.stubEnv('OTEL_EXPORTER_OTLP_TRACES_COMPRESSION', 'gzip');
    vi.stubEnv('OTEL_EXPORTER_OTLP_METRICS_ENDPOINT', `${url}/elsewhere`);
    vi.stubEnv('OTEL_EXPORTER_OTLP_METRICS_PROTOCOL', 'http/protobuf');
    vi.stubEnv('OTEL_EXPORTER_OTLP_METRICS_HEADERS', 'x-metrics=yes');
    const { exitCode } = await heaplay('export', corpusPath(RECORDING), '--to', 'otlp');
    expect(exitCode).toBe(0);
    const seen = taken.map(({ path, headers }) =>
      [path, headers['content-type'], headers['content-encoding'], headers['x-metrics']].join(' '),
    );
    expect(new Set(seen)).toEqual(
      new Set(['/below/v1/traces application/json gzip ', '/elsewhere application/x-protobuf  yes']),
    );
  });

  it('[OTLP-23] sets a signal’s own time before it is given up', async () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_TRACES_TIMEOUT', '300');
    vi.stubEnv('OTEL_METRICS_EXPORTER', 'none');
    const { requests } = await receiving(() => ({ status: 503, headers: { 'Retry-After': '30' } }));
    const { exitCode, json } = await heaplayJson<ExportJson>('export', corpusPath(RECORDING), '--to', 'otlp');
    expect(exitCode).toBe(1);
    expect(json.spans).toMatchObject({ made: SPANS, accepted: 0, rejected: 0, lost: SPANS });
    expect(requests.length).toBe(3);
  });

  it('[OTLP-24] sends no spans if they are not wanted, or no metrics', async () => {
    vi.stubEnv('OTEL_TRACES_EXPORTER', 'none');
    const { taken } = await receiving();
    const { json } = await heaplayJson<ExportJson>('export', corpusPath(RECORDING), '--to', 'otlp');
    expect(json.spans).toBeNull();
    expect(new Set(taken.map(({ path }) => path))).toEqual(new Set(['/v1/metrics']));
  });

  it('[OTLP-25] has limits of a span’s own, which go before the general ones', async () => {
    vi.stubEnv('OTEL_ATTRIBUTE_COUNT_LIMIT', '3');
    vi.stubEnv('OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT', '2');
    vi.stubEnv('OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT', '4');
    vi.stubEnv('OTEL_LINK_ATTRIBUTE_COUNT_LIMIT', '0');
    const { out } = await heaplay('export', corpusPath(RECORDING), '--to', 'otlp-json');
    const spans = spansIn(true, Buffer.from(out));
    expect(Math.max(...spans.map(({ attributes }) => Object.keys(attributes).length))).toBe(3);
    const call = spans.find(({ name }) => name === 'alloc_boot_pages');
    expect(call?.attributes['xen.heap.call']).toBe('allo');
    expect(spans.some(({ links }) => links.length > 0)).toBe(true);
    expect(out).not.toContain('"xen.heap.link"');
  });

  it('[OTLP-14] switches everything off', async () => {
    vi.stubEnv('OTEL_SDK_DISABLED', 'true');
    const { requests } = await receiving();
    const { exitCode, err } = await heaplay('export', corpusPath(RECORDING), '--to', 'otlp');
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: 'heaplay: OTEL_SDK_DISABLED is set, so nothing is sent\n' });
    expect(requests).toEqual([]);
  });

  it.each([
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc', 'expected http/protobuf or http/json'],
    ['TRACEPARENT', '00-12-34-01', 'expected a W3C trace context'],
  ])('is told where it is wrong: %s=%s', async (name, value, message) => {
    vi.stubEnv(name, value);
    const { exitCode, err } = await heaplay('export', corpusPath(RECORDING), '--to', 'otlp');
    expect(exitCode).toBe(2);
    expect(err).toContain(message);
  });
});

describe('heaplay export --to otlp-json', () => {
  it('[OTLP-15] writes one object that the definitions read: every span, ids in hex, integers as texts', async () => {
    const { exitCode, out } = await heaplay('export', corpusPath(TRACE), '--to', 'otlp-json', '--start', START);
    expect(exitCode).toBe(0);
    const spans = spansIn(true, Buffer.from(out));
    expect(received(spans)).toEqual(shape(await expectedOf(TRACE, 0)));
    expect(Object.keys(JSON.parse(out) as object)).toEqual(['resourceSpans']);
    expect(out).toContain('"startTimeUnixNano":"1772366400250');
    expect(out).toContain('"key":"xen.heap.record","value":{"intValue":"1"}');
    expect(out).not.toMatch(/"(intValue|\w+TimeUnixNano)":\d/);
  });

  it('[OTLP-16] writes the same each time, to a file as well', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'heaplay-'));
    try {
      const file = join(folder, 'boot.json');
      const first = await heaplay('export', corpusPath(RECORDING), '--to', 'otlp-json');
      const second = await heaplay('export', corpusPath(RECORDING), '--to', 'otlp-json', '-o', file);
      expect(second).toMatchObject({ exitCode: 0, out: '' });
      expect(readFileSync(file, 'utf8')).toBe(first.out);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('[OTLP-17] keeps failures when it keeps nothing else', async () => {
    const { out } = await heaplay('export', corpusPath(TRACE), '--to', 'otlp-json', '--sample', '0');
    const spans = spansIn(true, Buffer.from(out));
    const failed = (await expectedOf(TRACE, 0)).spans.filter(({ status }) => status.code === 2);
    const calls = spans.filter(({ attributes }) => attributes['xen.heap.cpu'] !== undefined);
    expect(calls.map(({ spanId }) => spanId)).toEqual(failed.map(({ spanId }) => spanId));
    expect(calls.length).toBe(27);
  });

  it.each([
    [['--to', 'otlp', '-o', 'x']],
    [['--to', 'otlp-json', '--json']],
    [['--to', 'otlp-json', '--metrics-every', '5']],
    [['--to', 'otlp-json', '--sample', '1.5']],
    [['--to', 'otlp-json', '--start', 'yesterday']],
    [['--to', 'nothing']],
    [[]],
  ])('refuses %j', async (args) => {
    const { exitCode } = await heaplay('export', corpusPath(RECORDING), ...args);
    expect(exitCode).toBe(2);
  });
});
