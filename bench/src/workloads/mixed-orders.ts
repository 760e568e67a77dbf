import type { Mfn, Order } from '@heaplay/core';
import type { Host } from './host.ts';
import { randomNumbers } from './random.ts';
import type { Pick } from './random.ts';
import { WorkloadBuilder, order } from './workload.ts';
import type { Workload } from './workload.ts';

interface Held {
  readonly mfn: Mfn;
  readonly order: Order;
  readonly xen: boolean;
}

const DOMAINS = 4;
const MOST_HELD = 4000;

/** Allocations of many orders for domains, for nobody and for Xen, frees in any order, now and then an idle scrub. */
export function mixedOrders(on: Host, calls: number): Workload {
  const builder = new WorkloadBuilder(on);
  const pick = randomNumbers(11);
  const domains = Array.from({ length: DOMAINS }, (_, id) => builder.domain(id + 1));
  const held: Held[] = [];
  const allocate = (): void => {
    const size = someOrder(pick);
    const kind = pick(8);
    const xen = kind === 0;
    const domain = domains[kind % (DOMAINS + 2)];
    const mfn = xen
      ? builder.take({ type: 'alloc_xenheap_pages', order: size })
      : builder.take({ type: 'alloc_domheap_pages', order: size, ...(domain === undefined ? {} : { domain }) });
    held.push({ mfn, order: size, xen });
  };
  const free = (): void => {
    const at = pick(held.length);
    const block = held[at] as Held;
    held[at] = held.at(-1) as Held;
    held.pop();
    const type = block.xen ? 'free_xenheap_pages' : 'free_domheap_pages';
    builder.apply({ type, mfn: block.mfn, order: block.order });
  };
  while (held.length < MOST_HELD / 2) allocate();
  builder.begin();
  while (builder.length < calls) {
    if (pick(256) === 0) builder.apply({ type: 'scrub_free_pages', preempt: true });
    if (pick(MOST_HELD) >= held.length) allocate();
    else free();
  }
  return builder.end();
}

/** Mostly single pages, fewer of each larger order: what hypervisors ask for. */
function someOrder(pick: Pick): Order {
  const kind = pick(32);
  if (kind < 18) return order(0);
  if (kind < 31) return order(1 + pick(4));
  return order(5 + pick(5));
}
