import { PAGE_SIZE } from '@heaplay/core';
import { count, plural, size } from '@heaplay/replay';
import type { DomainLife, SampleColumns } from '@heaplay/replay';
import type { Reading } from './reading.ts';
import type { TrackId } from './track-ids.ts';

/** Something that a track says in words. */
export interface TrackValue {
  readonly name: string;
  readonly text: string;
  /** Which line of the track it is, for its colour and dashes; undefined: none. */
  readonly line?: number;
}

/** A line of a track. */
export interface TrackLine {
  readonly name: string;
  readonly values: Float64Array;
  /** The least in between, drawn as a shade below the line. */
  readonly lowest?: Float64Array;
}

/** A row of a track: the darker, the more. */
export interface TrackRow {
  readonly name: string;
  readonly values: Float64Array;
}

interface TrackBase {
  readonly id: TrackId;
  readonly title: string;
  /** What it shows, for the menu and for those who do not see it. */
  readonly what: string;
  /** What stands beside the title. */
  brief?(reading: Reading, lives: readonly DomainLife[]): string;
  values(reading: Reading, columns: SampleColumns): readonly TrackValue[];
}

/** How a track is drawn, and what it says. */
export type TrackSpec =
  | (TrackBase & { readonly kind: 'lines'; lines(columns: SampleColumns): readonly TrackLine[] })
  | (TrackBase & { readonly kind: 'rows'; rows(columns: SampleColumns): readonly TrackRow[] })
  | (TrackBase & { readonly kind: 'failures' | 'calls' | 'domains' });

/** Pages as memory. */
export function memory(pages: number): string {
  return size(pages * PAGE_SIZE);
}

/** Every track, by its id. */
export const TRACKS: Readonly<Record<TrackId, TrackSpec>> = {
  free: {
    id: 'free',
    kind: 'lines',
    title: 'Free memory',
    what: 'Free pages of all nodes; shaded down to the least there was between two samples',
    lines: ({ freePages, lowestFree }) => [{ name: 'free', values: freePages, lowest: lowestFree }],
    values: ({ freePages }) => [{ name: memory(freePages), text: `${count(freePages)} pages` }],
  },
  nodes: {
    id: 'nodes',
    kind: 'lines',
    title: 'Free by node',
    what: 'Free pages of each NUMA node',
    lines: ({ nodes }) => nodes.map(({ id, values }) => ({ name: `node ${id}`, values })),
    values: ({ node }, { nodes }) =>
      nodes.map(({ id }, line) => ({ name: `node ${id}`, text: memory(node(id)), line })),
  },
  zones: {
    id: 'zones',
    kind: 'rows',
    title: 'Free by zone',
    what: 'Free pages of each zone, by how many address bits their frames have; the darker, the more',
    rows: ({ zones }) => zones.map(({ id, values }) => ({ name: `zone ${id}`, values })),
    values: ({ zone }, { zones }) => {
      const there = zones.filter(({ id }) => zone(id) > 0);
      const most = there.toSorted((a, b) => zone(b.id) - zone(a.id)).slice(0, 3);
      return most.map(({ id }) => ({ name: `zone ${id}`, text: memory(zone(id)) }));
    },
  },
  orders: {
    id: 'orders',
    kind: 'rows',
    title: 'Free by order',
    what: 'Memory in free blocks of each order, from single pages up; the darker, the more',
    rows: ({ orders }) =>
      orders
        .map(({ id, values }) => ({ name: `order ${id}`, values: values.map((blocks) => blocks * 2 ** id) }))
        .filter(({ values }) => values.some((pages) => pages > 0)),
    values: ({ order }, { orders }) => {
      const largest = orders.findLast(({ id }) => order(id) > 0)?.id;
      if (largest === undefined) return [{ name: 'nothing is free', text: '' }];
      return [
        { name: `largest: order ${largest}`, text: `× ${count(order(largest))}` },
        { name: 'order 9 (2 MiB)', text: `× ${count(order(9))}` },
        { name: 'order 0 (4 KiB)', text: `× ${count(order(0))}` },
      ];
    },
  },
  claims: {
    id: 'claims',
    kind: 'lines',
    title: 'Claims',
    what: 'Pages that domains have claimed and not yet got',
    lines: ({ claims }) => [{ name: 'claimed', values: claims }],
    values: ({ claims }) => [{ name: memory(claims), text: `${count(claims)} pages` }],
  },
  scrub: {
    id: 'scrub',
    kind: 'lines',
    title: 'To be scrubbed',
    what: 'Free pages that must be scrubbed before somebody else may see them',
    lines: ({ needScrub }) => [{ name: 'to be scrubbed', values: needScrub }],
    values: ({ needScrub }) => [{ name: memory(needScrub), text: `${count(needScrub)} pages` }],
  },
  failures: {
    id: 'failures',
    kind: 'failures',
    title: 'Failures',
    what: 'Calls that did not get what they asked for',
    brief: ({ failures }) => `${count(failures)} so far`,
    values: () => [],
  },
  calls: {
    id: 'calls',
    kind: 'calls',
    title: 'Calls',
    what: 'How often each kind of call is made: its share along the records, its rate along time',
    values: () => [],
  },
  domains: {
    id: 'domains',
    kind: 'domains',
    title: 'Domains',
    what: 'Lives of domains, from creation to their last page; dying is hatched',
    brief: (_, lives) => plural(lives.length, 'life', 'lives'),
    values: () => [],
  },
  owned: {
    id: 'owned',
    kind: 'lines',
    title: 'Held by domains',
    what: 'Pages of the domains that hold most',
    lines: ({ domains }) => domains.map(({ id, values }) => ({ name: `d${id}`, values })),
    values: ({ domain }, { domains }) =>
      domains.map(({ id }, line) => ({ name: `d${id}`, text: memory(domain(id)), line })),
  },
};
