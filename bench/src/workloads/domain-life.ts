import { GIB_PAGES } from './host.ts';
import type { Host } from './host.ts';
import { WorkloadBuilder, order } from './workload.ts';
import type { Workload } from './workload.ts';

/** A domain gets its memory in extents of one order. */
export function domainBuild(on: Host, extentOrder: number, gib: number): Workload {
  const builder = new WorkloadBuilder(on);
  const domain = builder.domain(1);
  builder.begin();
  for (let pages = 0; pages < gib * GIB_PAGES; pages += 2 ** extentOrder) {
    builder.take({ type: 'populate_physmap', domain, order: order(extentOrder) });
  }
  return builder.end();
}

/** A domain of 2 MiB extents and some single pages dies; its memory goes in pieces, as a preemptible call gives it back. */
export function domainDeath(on: Host, gib: number): Workload {
  const builder = new WorkloadBuilder(on);
  const domain = builder.domain(1);
  for (let extent = 0; extent < (gib * GIB_PAGES) / 512; extent++) {
    builder.take({ type: 'populate_physmap', domain, order: order(9) });
    if (extent % 4 === 0) builder.take({ type: 'populate_physmap', domain, order: order(0) });
  }
  builder.begin();
  builder.apply({ type: 'domain_kill', domain });
  while (builder.apply({ type: 'relinquish_memory', domain, pages: 1024 }) !== 0);
  return builder.end();
}
