import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { heaplay, heaplayJson } from '../cli.ts';
import { corpusPath } from '../corpus.ts';
import { pointsOf, spansIn, spansOf, startReceiver } from '../otlp/receiver.ts';
import type { ReceivedSpan, Receiver } from '../otlp/receiver.ts';

const RECORDING = corpusPath('recordings/x86-2g.4.17.heaplay.jsonl');
const CONFIG = ['--mode', 'separate-xenheap'];

let receiver: Receiver;

beforeEach(async () => {
  for (const name of Object.keys(process.env)) if (/^OTEL_|^TRACEPARENT$/.test(name)) vi.stubEnv(name, undefined);
  receiver = await startReceiver();
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', receiver.url);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await receiver.close();
});

function sideOf({ resource }: ReceivedSpan): string {
  return String(resource['xen.heap.side']);
}

/** Links that lead nowhere, by trace and span. */
function loose(spans: readonly ReceivedSpan[]): readonly ReceivedSpan[] {
  const all = new Set(spans.map(({ traceId, spanId }) => `${traceId} ${spanId}`));
  return spans.filter(({ links }) => links.some(({ traceId, spanId }) => !all.has(`${traceId} ${spanId}`)));
}

function across(spans: readonly ReceivedSpan[]): number {
  return spans.flatMap(({ traceId, links }) => links.filter((link) => link.traceId !== traceId)).length;
}

describe('heaplay export of both sides', () => {
  it('[OTLP-18] sends two traces with links from one to the other, and the metrics of each', async () => {
    const args = ['export', RECORDING, ...CONFIG, '--with-recorded', '--to', 'otlp', '--metrics-every', '200'];
    const { exitCode, json } = await heaplayJson<{ spans: { accepted: number } }>(...args);
    expect(exitCode).toBe(0);
    const spans = spansOf(receiver.taken);
    expect(json.spans.accepted).toBe(spans.length);
    expect(new Map(spans.map((span) => [span.traceId, sideOf(span)])).size).toBe(2);
    expect(new Set(spans.map((span) => `${sideOf(span)} ${String(span.resource['xen.heap.mode'])}`))).toEqual(
      new Set(['a direct-map-all', 'b separate-xenheap']),
    );
    expect(loose(spans)).toEqual([]);
    expect(across(spans)).toBeGreaterThan(2000);
    expect(pointsOf(receiver.taken).filter(({ metric }) => metric === 'xen.heap.claims').length).toBe(10);
  });

  it('[OTLP-19] has them in one trace below TRACEPARENT', async () => {
    vi.stubEnv('TRACEPARENT', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01');
    await heaplay('export', RECORDING, RECORDING, '--to', 'otlp');
    const spans = spansOf(receiver.taken);
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set(['0af7651916cd43dd8448eb211c80319c']));
    expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
    expect(
      spans
        .filter(({ parentSpanId }) => parentSpanId === 'b7ad6b7169203331')
        .map(sideOf)
        .toSorted(),
    ).toEqual(['a', 'b']);
    expect(loose(spans)).toEqual([]);
  });

  it('[OTLP-20] writes what it would send, the same each time', async () => {
    const args = ['export', RECORDING, ...CONFIG, '--with-recorded'];
    const { out } = await heaplay(...args, '--to', 'otlp-json');
    await heaplay(...args, '--to', 'otlp');
    const shape = (spans: readonly ReceivedSpan[]): string[] =>
      spans.map(({ traceId, spanId, links }) => `${traceId} ${spanId} ${links.length}`).toSorted();
    expect(shape(spansIn(true, Buffer.from(out)))).toEqual(shape(spansOf(receiver.taken)));
    expect((await heaplay(...args, '--to', 'otlp-json')).out).toBe(out);
  });

  it('[OTLP-21] of a run under another configuration alone has ids of its own, and no link that leads away', async () => {
    await heaplay('export', RECORDING, ...CONFIG, '--to', 'otlp');
    const rebased = spansOf(receiver.taken);
    const { out } = await heaplay('export', RECORDING, '--to', 'otlp-json');
    const recorded = new Set(spansIn(true, Buffer.from(out)).map(({ spanId }) => spanId));
    expect(rebased.filter(({ spanId }) => recorded.has(spanId))).toEqual([]);
    expect(across(rebased)).toBe(0);
    expect(loose(rebased)).toEqual([]);
    expect(rebased.filter(({ attributes }) => attributes['xen.heap.orphaned'] === true).length).toBe(1);
  });

  it.each([
    [[RECORDING, '--with-recorded', '--to', 'otlp-json'], 'nothing to set beside it'],
    [[RECORDING, RECORDING, '--with-recorded', '--to', 'otlp-json'], 'two traces are both recorded'],
    [[RECORDING, RECORDING, ...CONFIG, '--to', 'otlp-json'], 'under their own configurations'],
    [[RECORDING, RECORDING, '--to', 'chrome'], '--to chrome has no links'],
    [[RECORDING, ...CONFIG, '--with-recorded', '--to', 'chrome'], '--to chrome has no links'],
    [['-', '-', '--to', 'otlp-json'], '"-" twice'],
  ])('refuses %j', async (args, message) => {
    const { exitCode, err } = await heaplay('export', ...args);
    expect(exitCode).toBe(2);
    expect(err).toContain(message);
  });
});
