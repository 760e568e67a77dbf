import { isDeepStrictEqual } from 'node:util';
import { HeapBatch, observeNodes } from '@heaplay/core';
import { describe, expect, it } from 'vitest';
import { FlatHeap } from '../src/flat/flat-heap.ts';
import type { FlatState } from '../src/flat/flat-state.ts';
import { NIL } from '../src/flat/frame-table.ts';
import { domainBuild, domainDeath } from '../src/workloads/domain-life.ts';
import { goldenTrace, goldenWorkload } from '../src/workloads/golden.ts';
import { host } from '../src/workloads/host.ts';
import { mixedOrders } from '../src/workloads/mixed-orders.ts';
import { orderZeroBursts, orderZeroPairs } from '../src/workloads/order-zero.ts';
import type { Workload } from '../src/workloads/workload.ts';

/** The nodes of a flat heap, in the form in which the model observes its own. */
function flatNodes(state: FlatState): unknown {
  return state.platform.nodes
    .filter((node) => state.nodeReady[node] === true)
    .map((node) => {
      const zones: [number, number][] = [];
      const lists: [number, number, [number, number | null][]][] = [];
      for (let zone = 0; zone < state.platform.zones; zone++) {
        const pages = state.lists.zonePages(node, zone);
        if (pages > 0) zones.push([zone, pages]);
        for (let order = 0; order <= state.platform.config.maxOrder; order++) {
          const blocks = flatList(state, node, zone, order);
          if (blocks.length > 0) lists.push([zone, order, blocks]);
        }
      }
      return { node, freePages: state.nodeFree[node], needScrub: state.needScrub[node], zones, lists };
    });
}

function flatList(state: FlatState, node: number, zone: number, order: number): [number, number | null][] {
  const blocks: [number, number | null][] = [];
  for (let mfn = state.lists.first(node, zone, order); mfn !== NIL; mfn = state.frames.next[mfn] ?? NIL) {
    const dirty = state.frames.firstDirty[mfn] ?? NIL;
    blocks.push([mfn, dirty === NIL ? null : dirty]);
  }
  return blocks;
}

/** Calls between two comparisons of whole heaps. */
const LOOK_EVERY = 2048;

/** Where the two disagree: call by call on what comes out, now and then on all that is free. */
function differences({ machine, config, setup, start, calls }: Workload): unknown[] {
  const found: unknown[] = [];
  const flat = new FlatHeap(machine, config);
  for (const call of setup) flat.apply(call);
  const batch = new HeapBatch(start);
  const look = (at: number, own: unknown, model: unknown): void => {
    if (!isDeepStrictEqual(own, model)) found.push({ at, own, model });
  };
  look(0, flatNodes(flat.state), observeNodes(batch.view));
  for (const [at, call] of calls.entries()) {
    const { result, virqs, bug } = batch.apply(call);
    const own = { bug: null, result: flat.apply(call), virqs: flat.virqs, freePages: flat.state.freePages };
    look(at, own, { bug, result, virqs, freePages: batch.view.totals.freePages });
    if (at % LOOK_EVERY === 0) look(at, flatNodes(flat.state), observeNodes(batch.view));
    if (found.length > 0) break;
  }
  look(calls.length, flatNodes(flat.state), observeNodes(batch.view));
  return found;
}

describe('the flat heap decides as the model does, call by call', { timeout: 60_000 }, () => {
  it.each([
    '4.23.direct-map-all.1node.mixed',
    '4.23.direct-map-all.numa.mixed',
    '4.23.direct-map-partial.1node.mixed',
    '4.23.direct-map-partial.numa.mixed',
    '4.23.separate-xenheap.1node.mixed',
    '4.23.separate-xenheap.numa.mixed',
    '4.23.arm64.mixed',
  ])('on the reference trace %s', async (name) => {
    expect(differences(goldenWorkload(await goldenTrace(name)))).toEqual([]);
  });

  it.each([
    ['pairs of single pages', (): Workload => orderZeroPairs(host(4), 4096, false)],
    ['pairs of single pages of a domain', (): Workload => orderZeroPairs(host(4), 4096, true)],
    ['bursts of single pages', (): Workload => orderZeroBursts(host(4), 8192)],
    ['mixed orders', (): Workload => mixedOrders(host(4), 20_000)],
    ['a domain built in 2 MiB', (): Workload => domainBuild(host(4), 9, 2)],
    ['a domain built in 1 GiB', (): Workload => domainBuild(host(16), 18, 8)],
    ['the death of a domain', (): Workload => domainDeath(host(4), 2)],
  ])('on %s', (_name, make) => {
    expect(differences(make())).toEqual([]);
  });
});
