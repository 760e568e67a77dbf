import type { DomainId, Order } from '@heaplay/core';
import { Bag } from './bag.ts';
import type { Block } from './domain-build.ts';
import { order } from './host.ts';
import type { Host } from './host.ts';
import type { Life } from './life.ts';
import type { Random } from './random.ts';

const MOST_HELD = 4000;
const SCRUB_EVERY = 256;

interface HeldBlock extends Block {
  readonly xen: boolean;
}

/** Blocks of many orders for domains, for nobody and for Xen, freed in any order; some thousand at a time. */
export function* mixedOrders(host: Host): Life {
  const { recorder, random } = host;
  const domains: DomainId[] = [];
  for (let n = 0; n < host.domains; n++) {
    const domain = host.nextDomain();
    recorder.domainCreate({ domain, maxPages: host.pages });
    domains.push(domain);
  }
  const held = new Bag<HeldBlock>();
  for (;;) {
    if (random.oneIn(SCRUB_EVERY)) host.scrubABit();
    if (random.below(MOST_HELD) >= held.size) allocate(host, domains, held);
    else free(host, held);
    yield;
  }
}

/** One of eight is Xen's, two of eight nobody's. */
function allocate({ recorder, random }: Host, domains: readonly DomainId[], held: Bag<HeldBlock>): void {
  const size = someOrder(random);
  const kind = random.below(8);
  const xen = kind === 0;
  const domain = kind < 3 ? undefined : domains[random.below(domains.length)];
  const mfn = xen
    ? recorder.allocXenheapPages({ order: size })
    : recorder.allocDomheapPages({ ...(domain === undefined ? {} : { domain }), order: size });
  if (mfn !== null) held.add({ mfn, order: size, xen });
}

function free({ recorder, random }: Host, held: Bag<HeldBlock>): void {
  const block = held.takeAny(random);
  if (block === undefined) return;
  const { xen, mfn, order: size } = block;
  if (xen) recorder.freeXenheapPages({ mfn, order: size });
  else recorder.freeDomheapPages({ mfn, order: size });
}

/** Mostly single pages, fewer of each larger order: what hypervisors ask for. */
function someOrder(random: Random): Order {
  const kind = random.below(32);
  if (kind < 18) return order(0);
  return order(kind < 31 ? random.between(1, 4) : random.between(5, 9));
}
