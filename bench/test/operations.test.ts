import { powerOn, reduce } from '@heaplay/core';
import type * as ImmerModule from 'immer';
import { describe, expect, it, vi } from 'vitest';
import { domainBuild, domainDeath } from '../src/workloads/domain-life.ts';
import { goldenTrace, goldenWorkload } from '../src/workloads/golden.ts';
import { GIB_PAGES, host } from '../src/workloads/host.ts';
import { mixedOrders } from '../src/workloads/mixed-orders.ts';
import { orderZeroBursts, orderZeroPairs } from '../src/workloads/order-zero.ts';
import { replay } from '../src/subjects/model.ts';
import type { Workload } from '../src/workloads/workload.ts';
import { countOperations } from './count-operations.ts';
import type { Operations } from './count-operations.ts';

const immer = vi.hoisted(() => ({ produceCalls: 0 }));

vi.mock('immer', async (original) => {
  const real = await original<typeof ImmerModule>();
  return {
    ...real,
    Immer: class extends real.Immer {
      constructor(...options: ConstructorParameters<typeof real.Immer>) {
        super(...options);
        const { produce } = this;
        this.produce = ((...args: Parameters<typeof produce>) => {
          immer.produceCalls++;
          return produce(...args);
        }) as typeof produce;
      }
    },
  };
});

/** A workload, what an event of it may cost in a batch of 8,192, and what one that publishes a state may cost. */
interface Limits {
  readonly name: string;
  readonly make: () => Workload | Promise<Workload>;
  readonly batched: Operations;
  readonly single: Operations;
}

/** Records and words do not depend on the batch, pages and directories do. */
function limits(name: string, make: Limits['make'], touched: readonly number[], copied: readonly number[]): Limits {
  const [records = 0, words = 0] = touched;
  const [pages = 0, directories = 0, singlePages = 0, singleDirectories = 0] = copied;
  const batched = { records, words, pages, directories };
  return { name, make, batched, single: { records, words, pages: singlePages, directories: singleDirectories } };
}

const golden = (name: string) => async (): Promise<Workload> => goldenWorkload(await goldenTrace(name));

// Measured, and a few per cent more: a change that needs more should say why, one that needs less may lower them.
const LIMITS: readonly Limits[] = [
  limits('order-0 pairs', () => orderZeroPairs(host(4), 8192, false), [9.5, 9.2], [0.01, 0.01, 5.1, 6.1]),
  limits('order-0 pairs of a domain', () => orderZeroPairs(host(4), 8192, true), [5.8, 9.8], [0.01, 0.01, 4.1, 5.1]),
  limits('order-0 bursts', () => orderZeroBursts(host(4), 8192), [9.5, 19.5], [0.01, 0.01, 4.7, 5.5]),
  limits('mixed orders', () => mixedOrders(host(4), 16_384), [9.6, 13.2], [0.14, 0.01, 6, 8.3]),
  limits('mixed orders on 16 TiB', () => mixedOrders(host(16_384), 16_384), [9.7, 13.2], [0.14, 0.01, 6, 13.4]),
  limits('a domain in 2 MiB extents', () => domainBuild(host(16), 9, 12), [8.7, 18.5], [0.07, 0.01, 3.3, 5.2]),
  limits('a domain in 1 GiB extents', () => domainBuild(host(64), 18, 48), [7.6, 12.5], [0.18, 0.13, 2.2, 5.2]),
  limits('the death of a domain', () => domainDeath(host(4), 2), [57, 277], [6.9, 1.1, 27, 13.5]),
  limits('a reference trace, one node', golden('4.23.direct-map-all.1node.mixed'), [11.9, 19], [0.11, 0.02, 6.2, 7.4]),
  limits(
    'a reference trace, four nodes',
    golden('4.23.direct-map-all.numa.mixed'),
    [11.6, 19.8],
    [0.13, 0.02, 6.7, 8.6],
  ),
];

function exceeded(found: Operations, allowed: Operations): string[] {
  const names = ['records', 'words', 'pages', 'directories'] as const;
  return names
    .filter((name) => found[name] > allowed[name])
    .map((name) => `${name}: ${found[name].toFixed(3)} an event, at most ${allowed[name]}`);
}

describe('what an event costs in operations', { timeout: 60_000 }, () => {
  it.each(LIMITS)('$name', async ({ make, batched, single }) => {
    const { start, calls } = await make();
    expect({
      batched: exceeded(countOperations(start, calls, 8192), batched),
      single: exceeded(countOperations(start, calls.slice(0, 8192), 1), single),
    }).toEqual({ batched: [], single: [] });
  });
});

describe('produce is called once a published state, whatever the number of events', () => {
  it.each([
    [1, 4096],
    [1024, 4],
    [8192, 1],
  ])('a state every %i calls', (perState, states) => {
    const { start, calls } = orderZeroPairs(host(4), 4096, true);
    immer.produceCalls = 0;
    if (perState === 1) {
      let state = start;
      for (const call of calls) state = reduce(state, call).state;
    } else replay(start, calls, perState, true);
    expect(immer.produceCalls).toBe(states);
  });
});

describe('boot costs a few words for each block of the largest order, and nothing for each page', () => {
  it.each([4, 1024, 16_384])('%i GiB', (gib) => {
    const { machine, config, boot } = host(gib);
    const operations = countOperations(powerOn(machine, config), boot, boot.length);
    // The ends of RAM make a few blocks of every smaller order.
    const blocks = (gib * GIB_PAGES) / 2 ** config.maxOrder + 2 * config.maxOrder;
    const perBlock = boot.length / blocks;
    expect(operations.records * perBlock).toBeLessThanOrEqual(3.5);
    expect(operations.words * perBlock).toBeLessThanOrEqual(13.5);
    expect(operations.pages * perBlock).toBeLessThanOrEqual(2);
  });
});
