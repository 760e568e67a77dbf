import traceModel from '@tracerbench/trace-model';
import type { EventModel, TraceModel } from '@tracerbench/trace-model';
import { describe, expect, it } from 'vitest';
import { identifyTrace, runSpans } from '../../src/otel.ts';
import type { HeapMetricSample, HeapSpan } from '../../src/otel.ts';
import { heaplay } from '../cli.ts';
import { corpusPath } from '../corpus.ts';
import { corpusSource } from '../small-timeline.ts';

const TRACES = [
  'golden/4.17.direct-map-all.numa.build.heaplay.jsonl.gz',
  'golden/4.17.direct-map-all.1node.exhaust.heaplay.jsonl.gz',
  'recordings/x86-2g.4.17.heaplay.jsonl',
];
const EVERY = 100;

interface Expected {
  readonly spans: readonly HeapSpan[];
  readonly samples: readonly HeapMetricSample[];
}

async function expectedOf(path: string): Promise<Expected> {
  const source = await corpusSource(path);
  const spans: HeapSpan[] = [];
  const samples: HeapMetricSample[] = [];
  for (const item of runSpans(source, identifyTrace(source), { metricsEvery: EVERY })) {
    if (item.kind === 'metrics') samples.push(item);
    else if (item.kind !== 'pause') spans.push(item);
  }
  return { spans, samples };
}

/** What somebody else's reader makes of it: it sorts by time, pairs and nests. */
async function modelOf(path: string): Promise<TraceModel> {
  const { out, exitCode } = await heaplay('export', corpusPath(path), '--to', 'chrome', '--metrics-every', `${EVERY}`);
  expect(exitCode).toBe(0);
  return traceModel.buildModel(JSON.parse(out) as Parameters<typeof traceModel.buildModel>[0]);
}

function groupOf(model: TraceModel, name: string): readonly EventModel[] {
  return model.processes.find((group) => group.name === name)?.threads.flatMap(({ events }) => events) ?? [];
}

const byText = (lines: readonly (readonly unknown[])[]): string[] => lines.map((line) => line.join(' ')).toSorted();

describe.each(TRACES)('heaplay export --to chrome of %s', (path) => {
  it('[CHROME-1] has every phase and call as a slice, on a track of its domain', async () => {
    const { spans } = await expectedOf(path);
    const model = await modelOf(path);
    const slices = groupOf(model, 'calls').filter((event) => event.isComplete());
    const expected = spans.filter(({ kind }) => kind !== 'lifetime');
    expect(byText(slices.map(({ name, start, duration }) => [name, start, duration]))).toEqual(
      byText(expected.map(({ name, start, end }) => [name, start / 1000, end / 1000 - start / 1000])),
    );
    const tracks = model.processes.find(({ name }) => name === 'calls')?.threads ?? [];
    const domains = new Set(
      expected.flatMap(({ kind, attributes }) => (kind === 'call' ? [attributes['xen.heap.domain']] : [])),
    );
    const names = [...domains].map((domain) => (typeof domain === 'number' ? `d${domain}` : 'no domain'));
    expect(tracks.map(({ name }) => name).toSorted()).toEqual(['phases', ...names].toSorted());
  });

  it('[CHROME-2] has both ends of every lifetime, in a group of its node', async () => {
    const { spans } = await expectedOf(path);
    const lifetimes = spans.filter(({ kind }) => kind === 'lifetime');
    const { events } = await modelOf(path);
    const ends = events.filter(({ ph }) => ph === 'b' || ph === 'e');
    expect(byText(ends.map(({ ph, pid, tid, start }) => [ph, pid, tid, start]))).toEqual(
      byText(
        lifetimes.flatMap(({ attributes, start, end }) => {
          const track = [10 + Number(attributes['xen.heap.node']), 1 + Number(attributes['xen.heap.zone'])];
          return [
            ['b', ...track, start / 1000],
            ['e', ...track, end / 1000],
          ];
        }),
      ),
    );
  });

  it('[CHROME-3] has every figure of the metrics as a counter', async () => {
    const { samples } = await expectedOf(path);
    const { events } = await modelOf(path);
    const counters = events.filter((event) => event.isCounter());
    expect(byText(counters.map(({ start, args }) => [start, (args as { value: number }).value]))).toEqual(
      byText(samples.flatMap(({ at, points }) => points.map(({ value }) => [at / 1000, value]))),
    );
  });
});

describe('heaplay export --to chrome', () => {
  it('[CHROME-4] refuses what it has no use for', async () => {
    const { exitCode, err } = await heaplay('export', corpusPath(TRACES[2] ?? ''), '--to', 'chrome', '--start', 'now');
    expect(exitCode).toBe(2);
    expect(err).toContain('--to chrome counts from 0');
  });
});
