import { NO_DMA } from '@heaplay/core';
import { Bag } from './bag.ts';
import type { Block } from './domain-build.ts';
import { order } from './host.ts';
import type { Host } from './host.ts';
import { Living, build, run, sideBySide } from './life.ts';
import type { Life } from './life.ts';
import { lowBits } from './workload-setup.ts';

/** Refusals in a row behind which the devices give back a part of their buffers. */
const PATIENCE = 64;

/** Devices take low memory until there is none; of the domains beside them every other one must leave it alone. */
export function dmaExhaustion(host: Host): Life {
  const living = new Living(host);
  const buffers = new Bag<Block>();
  return sideBySide(host, host.domains + 1, (slot) =>
    slot === 0 ? devices(host, buffers) : domainLife(host, living, slot),
  );
}

/** Buffers of 4 KiB to 1 MiB, taken faster than they are given back. */
function* devices(host: Host, buffers: Bag<Block>): Life {
  const { recorder, random } = host;
  const bits = lowBits(host.pages);
  for (let refused = 0; refused < PATIENCE;) {
    if (random.oneIn(8)) {
      const block = buffers.takeAny(random);
      if (block !== undefined) recorder.freeDomheapPages(block);
    } else {
      const size = order(random.below(9));
      const mfn = recorder.allocDomheapPages({ order: size, bits });
      if (mfn === null) refused++;
      else buffers.add({ mfn, order: size });
    }
    yield;
  }
  for (let left = Math.ceil(buffers.size / 2); left > 0; left--) {
    const block = buffers.takeAny(random);
    if (block !== undefined) recorder.freeDomheapPages(block);
    yield;
  }
}

function* domainLife(host: Host, living: Living, slot: number): Life {
  const domain = living.create(host.domainPages, {}, slot % 2 === 0 ? { flags: NO_DMA } : {});
  yield* build(domain);
  yield* run(host, domain, host.random.between(200, 2000));
  yield* living.bury(domain);
}
