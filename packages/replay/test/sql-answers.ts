import { openState, pageInfo } from '@heaplay/core';
import { explainRecord } from '../src/analysis/explain.ts';
import { freeZones } from '../src/analysis/heap-sample.ts';
import { isAllocation } from '../src/diff/call-class.ts';
import type { Timeline } from '../src/timeline/timeline.ts';
import { recordToJson } from '../src/trace/encode-record.ts';
import { framesFollowed } from './table-oracles.ts';
import type { FollowedAllocation } from './table-oracles.ts';

/** A row of an answer. */
export type Row = Readonly<Record<string, unknown>>;

/** An allocation, with what its record says. */
interface Known extends FollowedAllocation {
  readonly symbol: string | null;
  readonly order: number | null;
  readonly domain: number | null;
}

const followed = new WeakMap<Timeline, readonly Known[]>();

function allocationsOf(timeline: Timeline): readonly Known[] {
  const known = followed.get(timeline) ?? follow(timeline);
  followed.set(timeline, known);
  return known;
}

function follow(timeline: Timeline): Known[] {
  return framesFollowed(timeline).map((one) => {
    const json = recordToJson(timeline.recordAt(one.record));
    const [caller] = (json['caller'] as string[] | undefined) ?? [];
    return {
      ...one,
      symbol: caller === undefined ? null : caller.replace(/\+0x[0-9a-f]+.*$/, ''),
      order: (json['order'] as number | undefined) ?? null,
      domain: (json['domain'] as number | undefined) ?? null,
    };
  });
}

function grouped<T>(items: Iterable<T>, key: (item: T) => unknown): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = JSON.stringify(key(item));
    groups.set(name, [...(groups.get(name) ?? []), item]);
  }
  return [...groups.values()];
}

const sum = <T>(items: readonly T[], of: (item: T) => number): number => items.reduce((all, item) => all + of(item), 0);

/** Sorts as SQL does with these columns: rising, `-` for falling, null last either way. */
function sorted(rows: readonly Row[], ...columns: readonly string[]): Row[] {
  return rows.toSorted((a, b) => {
    for (const column of columns) {
      const name = column.replace('-', '');
      const [x, y] = [a[name], b[name]] as [number | null, number | null];
      if (x === y) continue;
      if (x === null || y === null) return x === null ? 1 : -1;
      return x < y === column.startsWith('-') ? 1 : -1;
    }
    return 0;
  });
}

/** Behind every record, by zone, the free blocks of each order. */
function freeAsItGoes(timeline: Timeline): (readonly [record: number, zones: ReturnType<typeof freeZones>])[] {
  const all: ReturnType<typeof freeAsItGoes> = [[0, freeZones(openState(timeline.stateAt(0)))]];
  timeline.walk(0, timeline.length, (record, { view }) => {
    all.push([record, freeZones(view)]);
    return true;
  });
  return all;
}

/** The answers in the order of the questions, each worked out from the replay. */
export const ANSWERS: readonly ((timeline: Timeline) => readonly Row[])[] = [
  (timeline) =>
    sorted(
      grouped(
        allocationsOf(timeline).filter(({ held }) => held > 0),
        ({ symbol }) => symbol,
      ).map((group) => ({ symbol: group[0]?.symbol, blocks: group.length, pages: sum(group, ({ held }) => held) })),
      '-pages',
      'symbol',
    ),
  (timeline) => {
    const calls = Array.from({ length: timeline.length }, (_, at) => at + 1);
    const last = calls.findLast((record) => !timeline.table.isObservationAt(record)) ?? 0;
    const long = allocationsOf(timeline)
      .filter(({ order }) => order === 9)
      .map(({ record, mfn, symbol, domain, freed }) => {
        return { record, mfn, symbol, domain, records: (freed ?? last) - record, open: freed === null };
      });
    return sorted(long, '-records', 'record').slice(0, 10);
  },
  (timeline) => {
    const failures = Array.from({ length: timeline.length }, (_, at) => at + 1)
      .filter((record) => !timeline.table.isObservationAt(record) && timeline.hasFailed(record))
      .map((record) => {
        const json = recordToJson(timeline.recordAt(record));
        const failure = isAllocation(json['type'] as 'populate_physmap')
          ? explainRecord(timeline, record).failure
          : null;
        return {
          record,
          call: json['type'],
          page_order: json['order'] ?? null,
          failure_reason: failure?.reason ?? null,
        };
      });
    const groups = grouped(failures, ({ record, ...what }) => [record > 0, what]);
    return groups.map(([first, ...more]) => {
      const { record, ...what } = first ?? { record: 0 };
      return { ...what, times: more.length + 1, first_record: record };
    });
  },
  (timeline) => {
    const lowest = new Map<string, Row & { readonly lowest: number }>();
    for (const [record, zones] of freeAsItGoes(timeline)) {
      const now = new Map(zones.map((zone) => [`${zone.node} ${zone.zone}`, zone]));
      for (const name of new Set([...now.keys(), ...lowest.keys()])) {
        const pages = now.get(name)?.pages ?? 0;
        if (pages >= (lowest.get(name)?.lowest ?? Infinity)) continue;
        const [node, zone] = name.split(' ').map(Number);
        lowest.set(name, { node, zone, lowest: pages, at_record: record });
      }
    }
    return sorted([...lowest.values()], 'node', 'zone');
  },
  (timeline) =>
    sorted(
      grouped(
        allocationsOf(timeline).map((one) => ({ ...one, ms: Math.floor(timeline.timeAt(one.record) / 1e6) })),
        ({ ms }) => ms,
      ).map((group) => ({ ms: group[0]?.ms, allocations: group.length, pages: sum(group, ({ pages }) => pages) })),
      'ms',
    ),
  (timeline) =>
    sorted(
      grouped(allocationsOf(timeline), ({ symbol, order }) => [symbol, order])
        .map((group) => ({
          symbol: group[0]?.symbol ?? null,
          page_order: group[0]?.order ?? null,
          freed: group.filter(({ freed }) => freed !== null).length,
          open: group.filter(({ freed }) => freed === null).length,
          held_pages: sum(group, ({ held }) => held),
        }))
        .filter(({ freed, open }) => freed > 0 && open > 0),
      '-held_pages',
      'symbol',
      'page_order',
    ),
  (timeline) =>
    freeAsItGoes(timeline).flatMap(([record, zones]) => {
      const blocks = zones.flatMap(({ blocksByOrder }) => blocksByOrder.map((count, order) => ({ count, order })));
      const free = sum(blocks, ({ count, order }) => count * 2 ** order);
      const large = sum(
        blocks.filter(({ order }) => order >= 9),
        ({ count, order }) => count * 2 ** order,
      );
      return free === 0 ? [] : [{ record, free_pages: free, unusable: 1 - large / free }];
    }),
  (timeline) =>
    sorted(
      grouped(
        allocationsOf(timeline).filter(({ domain }) => domain !== null),
        ({ domain }) => domain,
      ).map((group) => ({
        domain: group[0]?.domain,
        got: sum(group, ({ pages }) => pages),
        has: sum(group, ({ held }) => held),
      })),
      '-got',
      'domain',
    ),
  (timeline) =>
    sorted(
      grouped(
        allocationsOf(timeline).flatMap(({ record, freed, pages }) =>
          freed === null ? [] : [{ power: String(timeline.timeAt(freed) - timeline.timeAt(record)).length - 1, pages }],
        ),
        ({ power }) => power,
      ).map((group) => ({
        power_of_ten: group[0]?.power,
        allocations: group.length,
        pages: sum(group, ({ pages }) => pages),
      })),
      'power_of_ten',
    ),
  (timeline) => {
    const heap = openState(timeline.stateAt(timeline.length));
    const { platform } = heap;
    interface Frames {
      readonly node: number;
      readonly zone: number;
      free: number | null;
      in_use: number | null;
      largest_free_order: number | null;
    }
    const zones = new Map<string, Frames>();
    for (let mfn = 0; mfn < platform.machine.frames; mfn++) {
      const { state, order } = pageInfo(heap, mfn);
      if (state === 'outside') continue;
      const [node, zone] = [platform.nodeOf(mfn), platform.zoneOf(mfn)];
      const name = `${node} ${zone}`;
      const frames = zones.get(name) ?? { node, zone, free: null, in_use: null, largest_free_order: null };
      zones.set(name, frames);
      if (state === 'in-use') frames.in_use = (frames.in_use ?? 0) + 1;
      if (state !== 'free') continue;
      frames.free = (frames.free ?? 0) + 1;
      frames.largest_free_order = Math.max(frames.largest_free_order ?? 0, order);
    }
    return sorted([...zones.values()] as unknown as Row[], 'node', 'zone');
  },
];
