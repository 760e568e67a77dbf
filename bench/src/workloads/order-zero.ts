import type { Mfn } from '@heaplay/core';
import type { Host } from './host.ts';
import { randomNumbers } from './random.ts';
import { WorkloadBuilder, order } from './workload.ts';
import type { Workload } from './workload.ts';

/** One page is allocated and freed at once, again and again: for a domain, or for nobody. */
export function orderZeroPairs(on: Host, calls: number, owned: boolean): Workload {
  const builder = new WorkloadBuilder(on);
  const owner = owned ? { domain: builder.domain(1) } : {};
  builder.begin();
  while (builder.length < calls) {
    const mfn = builder.take({ type: 'alloc_domheap_pages', ...owner, order: order(0) });
    builder.apply({ type: 'free_domheap_pages', mfn, order: order(0) });
  }
  return builder.end();
}

const BURST = 512;

/** Bursts of pages for a domain, freed in any order: every link of every list is walked over. */
export function orderZeroBursts(on: Host, calls: number): Workload {
  const builder = new WorkloadBuilder(on);
  const pick = randomNumbers(7);
  const domain = builder.domain(1);
  builder.begin();
  const held: Mfn[] = [];
  while (builder.length < calls) {
    for (let i = 0; i < BURST; i++) {
      held.push(builder.take({ type: 'alloc_domheap_pages', domain, order: order(0) }));
    }
    while (held.length > 0) {
      const at = pick(held.length);
      const mfn = held[at] as Mfn;
      held[at] = held.at(-1) as Mfn;
      held.pop();
      builder.apply({ type: 'free_domheap_pages', mfn, order: order(0) });
    }
  }
  return builder.end();
}
