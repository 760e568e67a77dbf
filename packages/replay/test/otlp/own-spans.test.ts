import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RUN_ATTRIBUTES as NAMES, RUN_SPANS } from '../../src/otel.ts';
import { BUG, Folder, X86 } from '../commands/folder.ts';
import { traceOf } from '../sample-trace.ts';
import { spansOf, startReceiver } from './receiver.ts';
import type { Answer, ReceivedSpan, Receiver } from './receiver.ts';

const BIN = fileURLToPath(new URL('../../bin/heaplay.js', import.meta.url));
const folder = new Folder();
const plain = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^OTEL_|^TRACEPARENT$/.test(name)));

let receiver: Receiver | undefined;

beforeEach(() => {
  receiver = undefined;
});
afterEach(() => receiver?.close());

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

async function run(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  onFirstOutput: (kill: () => void) => void = () => {},
): Promise<Ended> {
  const child = spawn(process.execPath, [BIN, ...args], { env: { ...plain, ...env } });
  const texts = { out: '', err: '' };
  const kill = (): boolean => child.kill('SIGINT');
  child.stdout.on('data', (text) => (texts.out += String(text)));
  // Once: a second interrupt ends a program that is sending its spans.
  child.stdout.once('data', () => onFirstOutput(kill));
  child.stderr.on('data', (text) => (texts.err += String(text)));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...texts };
}

/** Runs a command that tells of itself; gives its spans as well. */
async function watched(
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
  answer?: (number: number) => Answer,
): Promise<Ended & { readonly spans: readonly ReceivedSpan[] }> {
  receiver = await startReceiver(answer);
  const ended = await run(args, { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, ...more });
  return { ...ended, spans: spansOf(receiver.taken) };
}

/** Spans as a tree, by name: what a span holds stands behind it, in the order of time. */
function treeOf(spans: readonly ReceivedSpan[], parent: string): readonly unknown[] {
  return spans
    .filter(({ parentSpanId }) => parentSpanId === parent)
    .toSorted((a, b) => Number(a.start - b.start))
    .map(({ name, spanId }) => {
      const below = treeOf(spans, spanId);
      return below.length === 0 ? name : [name, ...below];
    });
}

function named(spans: readonly ReceivedSpan[], name: string): readonly ReceivedSpan[] {
  return spans.filter((span) => span.name === name);
}

const CONFIG = ['--mode', 'separate-xenheap'];
const COMMANDS: readonly (readonly [args: readonly string[], tree: readonly unknown[], attributes: object])[] = [
  [['replay', X86, ...CONFIG], [RUN_SPANS.replay], { [NAMES.orphaned]: 1, [NAMES.failed]: 5, [NAMES.records]: 812 }],
  [['replay', BUG], [RUN_SPANS.replay], { [NAMES.bugKind]: 'BUG' }],
  [['verify', X86], [RUN_SPANS.verify], { [NAMES.mismatches]: 0, [NAMES.traceName]: X86 }],
  [['diff', X86, ...CONFIG], [RUN_SPANS.diff], { [NAMES.moved]: 508, [NAMES.differs]: true }],
  [['diff', X86, X86], [RUN_SPANS.diff], { [NAMES.otherTraceName]: X86, [NAMES.differs]: false }],
  [
    ['check', X86, '--never', 'failed'],
    [RUN_SPANS.loadTrace, RUN_SPANS.openTimeline, RUN_SPANS.check],
    { [NAMES.rules]: 1, [NAMES.violations]: 1 },
  ],
  [
    ['export', X86, '--to', 'chrome', '-o', folder.at('x.json')],
    [RUN_SPANS.loadTrace, RUN_SPANS.export],
    { [NAMES.spans]: 1356, [NAMES.mode]: 'direct-map-all' },
  ],
  [
    ['export', X86, ...CONFIG, '--to', 'csv', '--table', 'calls', '-o', folder.at('x.csv')],
    [RUN_SPANS.loadTrace, RUN_SPANS.tables],
    { [NAMES.mode]: 'separate-xenheap', [NAMES.records]: 812 },
  ],
  [
    ['query', X86, 'select count(*) from calls'],
    [RUN_SPANS.loadTrace, RUN_SPANS.tables],
    { [NAMES.rows]: 811, [NAMES.records]: 812, [NAMES.traceName]: X86 },
  ],
];

describe('heaplay tells of its own runs', () => {
  it.each(COMMANDS)('[OWN-1] %j', async (args, tree, attributes) => {
    const { code, out, err, spans } = await watched(args);
    const quiet = await run(args);
    const seconds = (text: string): string => text.replace(/in [\d.]+ s \([\d,]+ a second\)/, '');
    expect({ code, err, out: seconds(out) }).toEqual({ ...quiet, out: seconds(quiet.out) });
    expect(treeOf(spans, '')).toEqual([[`heaplay ${args[0]}`, ...tree]]);
    const [root] = named(spans, `heaplay ${args[0]}`);
    expect(root?.attributes).toEqual({ [NAMES.command]: args[0], [NAMES.exitCode]: code });
    expect(root?.resource).toMatchObject({ 'service.name': 'heaplay' });
    expect(named(spans, String(tree.at(-1)))[0]?.attributes).toMatchObject(attributes);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
  });

  it('[OWN-2] has a span for each probe of a bisection, with its verdict', async () => {
    const { out, spans } = await watched(['bisect', X86, '--when', 'heap.failures > 4', ...CONFIG, '--json']);
    const { record, probes } = JSON.parse(out) as { record: number; probes: number };
    const [bisect] = named(spans, RUN_SPANS.bisect);
    expect(bisect?.attributes).toMatchObject({ [NAMES.foundRecord]: record, [NAMES.probes]: probes });
    const asked = named(spans, RUN_SPANS.bisectProbe);
    expect(asked.map(({ parentSpanId }) => parentSpanId)).toEqual(asked.map(() => bisect?.spanId));
    expect(asked.length).toBe(probes);
    const wrong = asked.filter(
      ({ attributes }) => (attributes[NAMES.verdict] === 'bad') !== Number(attributes[NAMES.probeRecord]) >= record,
    );
    expect(wrong).toEqual([]);
  });

  it('[OWN-3] has them of a bisection by a command too', async () => {
    const args = ['bisect', 'run', X86, '--json', '--', process.execPath, '-e', 'process.exit(125)'];
    const { code, spans } = await watched(args);
    expect(code).toBe(1);
    const verdicts = named(spans, RUN_SPANS.bisectProbe).map(({ attributes }) => attributes[NAMES.verdict]);
    expect(new Set(verdicts)).toEqual(new Set(['skip']));
    expect(treeOf(spans, '')).toEqual([
      [
        'heaplay bisect',
        RUN_SPANS.loadTrace,
        RUN_SPANS.openTimeline,
        [RUN_SPANS.bisect, ...verdicts.map(() => RUN_SPANS.bisectProbe)],
      ],
    ]);
  }, 300_000);

  it('[OWN-4] has a span for each run of a sweep, whatever the thread that makes it', async () => {
    const vary = ['--vary', 'mode=direct-map-all,separate-xenheap,direct-map-partial', '--jobs', '2', '--json'];
    const { out, spans } = await watched(['sweep', X86, folder.at('none'), ...vary]);
    const [sweep] = named(spans, RUN_SPANS.sweep);
    expect(sweep?.attributes).toEqual({ [NAMES.runs]: 6, [NAMES.jobs]: 2 });
    const runs = named(spans, RUN_SPANS.sweepRun);
    expect(runs.map(({ parentSpanId }) => parentSpanId)).toEqual(runs.map(() => sweep?.spanId));
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const said = runs.map(({ attributes, code, message }) => [
      attributes[NAMES.traceName],
      attributes[NAMES.moved],
      attributes[NAMES.impossible],
      code === 2 ? message : undefined,
    ]);
    const expected = lines.map(({ trace, moved, impossible, error }) => [
      trace,
      moved,
      impossible,
      (error as { message: string } | undefined)?.message,
    ]);
    expect(said.toSorted()).toEqual(expected.toSorted());
    const outside = runs.filter(({ start, end }) => start > end || sweep === undefined || end > sweep.end);
    expect(outside).toEqual([]);
    expect(named(spans, RUN_SPANS.replay).length).toBe(3);
  });

  it('[OWN-5] says what went wrong, and ends as it would have', async () => {
    const bad = folder.write('bad.heaplay.jsonl', traceOf('{"type":"nothing"}'));
    for (const args of [
      ['replay', bad],
      ['stats', bad],
    ]) {
      const quiet = await run(args);
      const { code, out, err, spans } = await watched(args);
      await receiver?.close();
      expect({ code, out, err }).toEqual(quiet);
      expect(code).toBe(3);
      expect(spans.map((span) => span.code)).toEqual([2, 2]);
      expect(spans.map(({ message }) => message)).toEqual([
        expect.stringContaining('line 2'),
        expect.stringContaining('line 2'),
      ]);
    }
  });

  it('[OWN-6] goes on with the trace that TRACEPARENT names, as it was decided there', async () => {
    const parent = '0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331';
    const { spans } = await watched(['verify', X86], { TRACEPARENT: `00-${parent}-01` });
    expect(treeOf(spans, 'b7ad6b7169203331')).toEqual([['heaplay verify', RUN_SPANS.verify]]);
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set(['0af7651916cd43dd8448eb211c80319c']));
    await receiver?.close();
    expect((await watched(['verify', X86], { TRACEPARENT: `00-${parent}-00` })).spans).toEqual([]);
  });

  it('[OWN-7] sends what there is when it is interrupted, and ends with 130', async () => {
    const pairs = '{"type":"alloc_domheap_pages","order":0}\n{"type":"free_domheap_pages","mfn":4095,"order":0}\n';
    const memory = '{"type":"init_domheap_pages","start":"0xc00000","end":"0x1000000"}';
    const large = folder.write('large.heaplay.jsonl', traceOf(memory) + pairs.repeat(40_000));
    receiver = await startReceiver();
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url };
    // It writes while it replays, so its first words say that it is under way.
    const { code } = await run(['replay', large, '-o', '-'], env, (kill) => kill());
    expect(code).toBe(130);
    const spans = spansOf(receiver.taken);
    expect(treeOf(spans, '')).toEqual([['heaplay replay', RUN_SPANS.replay]]);
    expect(spans.map(({ message }) => message)).toEqual(['interrupted', 'interrupted']);
  });

  it.each([
    ['a receiver that refuses', (): Answer => ({ status: 401 }), /2 of 2 spans of this run were not taken by .*401/],
    ['a receiver that takes a part', (): Answer => ({ status: 200, rejected: 1 }), /1 of 2 spans .*too old/],
  ])('[OWN-8] says once what %s did, and ends as it would have', async (_, answer, message) => {
    const { code, out, err } = await watched(['verify', X86], {}, answer);
    const quiet = await run(['verify', X86]);
    expect([code, out]).toEqual([quiet.code, quiet.out]);
    expect(err).toMatch(message);
    expect(err.trimEnd().split('\n').length).toBe(1);
  });

  it.each([
    [{ OTEL_TRACES_EXPORTER: 'zipkin' }, 'found "zipkin", expected otlp or none'],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'expected http/protobuf or http/json'],
    [{ TRACEPARENT: 'nobody' }, 'expected a W3C trace context'],
  ])('[OWN-9] says that there are none with %j, and ends as it would have', async (env, message) => {
    const { code, err, spans } = await watched(['verify', X86], env);
    expect([code, spans]).toEqual([0, []]);
    expect(err).toContain(message);
  });

  it('[OWN-10] is asked by the environment, and does not mix with what is exported', async () => {
    const receivedBy = async (args: readonly string[], env: Record<string, string>): Promise<readonly string[]> => {
      const { spans } = await watched(args, env);
      await receiver?.close();
      return [...new Set(spans.map(({ resource }) => String(resource['service.name'])))].toSorted();
    };
    expect(await receivedBy(['verify', X86], { OTEL_TRACES_EXPORTER: 'none' })).toEqual([]);
    expect(await receivedBy(['verify', X86], { OTEL_SDK_DISABLED: 'true' })).toEqual([]);
    expect(await receivedBy(['verify', '--help'], {})).toEqual([]);
    expect(await receivedBy(['export', X86, '--to', 'otlp'], {})).toEqual(['xen-heap']);
    expect(await receivedBy(['export', X86, '--to', 'otlp'], { OTEL_TRACES_EXPORTER: 'otlp' })).toEqual([
      'heaplay',
      'xen-heap',
    ]);
  });
});
