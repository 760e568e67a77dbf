import type { GroupResult } from '../harness/run-group.ts';

/** Something that Heaplay wants to reach. */
interface Target {
  readonly title: string;
  readonly limit: number;
  /** `at-most` for a cost, `at-least` for an advantage. */
  readonly direction: 'at-most' | 'at-least';
  readonly unit: '×' | 'µs' | 'ms' | 'MiB';
  /** What was measured; undefined if that group was not run. */
  readonly measure: (results: Results) => number | undefined;
}

/** A target and what was measured. */
export interface TargetResult {
  readonly target: string;
  readonly limit: number;
  readonly direction: Target['direction'];
  readonly unit: Target['unit'];
  readonly measured: number;
  readonly met: boolean;
}

type Results = ReadonlyMap<string, GroupResult>;

function ratio(group: string, subject: string, other: string): Target['measure'] {
  return (results) => results.get(group)?.ratios[subject]?.[other];
}

function time(group: string, subject: string, nanoseconds: number): Target['measure'] {
  return (results) => {
    const found = results.get(group)?.subjects.find((one) => one.subject === subject);
    return found === undefined ? undefined : found.nanoseconds / nanoseconds;
  };
}

function figureOf(group: string, name: string): Target['measure'] {
  return (results) => results.get(group)?.figures?.find((one) => one.name === name)?.value;
}

const MODEL = 'model, 8,192 a state';
const DIGESTS = 'model, 8,192 a state, digests';
const ONE = 'model, 1 a state';

function cost(title: string, limit: number, unit: Target['unit'], measure: Target['measure']): Target {
  return { title, limit, unit, measure, direction: 'at-most' };
}

const TARGETS: readonly Target[] = [
  cost('batched with digests, order-0 pairs, by flat', 4, '×', ratio('order-0', DIGESTS, 'flat')),
  cost('batched with digests, order-0 pairs of a domain, by flat', 4, '×', ratio('order-0-owned', DIGESTS, 'flat')),
  cost('batched with digests, order-0 bursts, by flat', 4, '×', ratio('bursts', DIGESTS, 'flat')),
  cost('batched with digests, mixed orders, by flat', 4, '×', ratio('mixed', DIGESTS, 'flat')),
  cost('reference trace, one node, by its JSON.parse', 4, '×', ratio('golden-1node', MODEL, 'JSON.parse')),
  cost('the same with digests', 4, '×', ratio('golden-1node', DIGESTS, 'JSON.parse')),
  cost('reference trace, four nodes, by its JSON.parse', 4, '×', ratio('golden-numa', MODEL, 'JSON.parse')),
  cost('the same with digests', 4, '×', ratio('golden-numa', DIGESTS, 'JSON.parse')),
  cost('one event a state, order-0 of a domain', 12, 'µs', time('order-0-owned', ONE, 1e3)),
  cost('one event a state, mixed orders', 12, 'µs', time('mixed', ONE, 1e3)),
  {
    title: 'one event a state, faster than naive immer (array), 4 GiB',
    limit: 1000,
    direction: 'at-least',
    unit: '×',
    measure: ratio('single', 'immer, array', ONE),
  },
  {
    title: 'one event a state, faster than naive immer (Map), 4 GiB',
    limit: 1000,
    direction: 'at-least',
    unit: '×',
    measure: ratio('single', 'immer, Map', ONE),
  },
  cost('95 of 100 seeks in a timeline of 1,000,000 records', 5, 'ms', figureOf('timeline', 'seek, 95th percentile')),
  cost("its memory above the trace's columns", 150, 'MiB', figureOf('timeline', 'memory above the columns')),
  cost('bisecting it', 1000, 'ms', time('timeline', 'bisect', 1e6)),
  cost('the difference of two neighbours in it', 0.1, 'ms', time('timeline', 'difference of neighbours', 1e6)),
  cost('boot of 1 TiB', 5, 'ms', time('boot', 'model, 1 TiB', 1e6)),
  cost('boot of 16 TiB', 30, 'ms', time('boot', 'model, 16 TiB', 1e6)),
  cost('an event on 16 TiB by one on 4 GiB, batched', 2, '×', ratio('host-size', 'batched, 16 TiB', 'batched, 4 GiB')),
  cost(
    'an event on 16 TiB by one on 4 GiB, 1 a state',
    2,
    '×',
    ratio('host-size', '1 a state, 16 TiB', '1 a state, 4 GiB'),
  ),
  cost(
    'verify of 1,000,000 records by gunzip and JSON.parse',
    3,
    '×',
    ratio('verify', 'heaplay verify', 'gunzip and JSON.parse, script'),
  ),
  cost('heaplay --help by node -e 0', 2, '×', ratio('start', 'heaplay --help', 'node -e 0')),
];

/** The targets whose groups were run. */
export function measureTargets(groups: readonly GroupResult[]): TargetResult[] {
  const results: Results = new Map(groups.map((group) => [group.group, group]));
  return TARGETS.flatMap(({ title, limit, direction, unit, measure }) => {
    const measured = measure(results);
    if (measured === undefined) return [];
    const met = direction === 'at-most' ? measured <= limit : measured >= limit;
    return { target: title, limit, direction, unit, measured, met };
  });
}
