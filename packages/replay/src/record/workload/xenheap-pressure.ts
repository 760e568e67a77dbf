import { Bag } from './bag.ts';
import type { Block } from './domain-build.ts';
import { order } from './host.ts';
import type { Host } from './host.ts';
import { Living, sideBySide } from './life.ts';
import type { Life } from './life.ts';

/** Refusals in a row behind which Xen gives back a part of what it holds. */
const PATIENCE = 16;

/** Xen's own allocations grow until there is no more, while domains hold a part of the memory. */
export function* xenheapPressure(host: Host): Life {
  const living = new Living(host);
  // Domains fill half of the memory first: in a heap that both share, they are in Xen's way.
  const share = Math.floor(host.freePages / 2 / host.domains);
  for (let n = 0; n < host.domains; n++) {
    const domain = living.createExact(share);
    while (!domain.built) {
      domain.buildStep();
      yield;
    }
  }
  const held = new Bag<Block>();
  yield* sideBySide(host, 1, () => press(host, held));
}

/** Takes three blocks for each that it frees; where nothing is left some time goes by, and a quarter comes back. */
function* press(host: Host, held: Bag<Block>): Life {
  const { recorder, random } = host;
  for (let refused = 0; refused < PATIENCE;) {
    if (random.oneIn(4)) {
      freeOne(host, held);
    } else {
      const size = order(Math.min(random.below(5), random.below(5)));
      const mfn = recorder.allocXenheapPages({ order: size });
      if (mfn === null) refused++;
      else held.add({ mfn, order: size });
    }
    yield;
  }
  for (let left = Math.ceil(held.size / 4); left > 0; left--) {
    freeOne(host, held);
    yield;
  }
}

function freeOne(host: Host, held: Bag<Block>): void {
  const block = held.takeAny(host.random);
  if (block !== undefined) host.recorder.freeXenheapPages(block);
}
