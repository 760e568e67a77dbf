import { isAligned } from '@heaplay/core';
import type { Mfn } from '@heaplay/core';
import { Bag } from './bag.ts';
import { SINGLE } from './domain-build.ts';
import { order } from './host.ts';
import type { Host } from './host.ts';
import { Living, build, run, sideBySide } from './life.ts';
import type { Life } from './life.ts';

/** Offlined pages at most, one in so many of all: what is offline is not for domains. */
const MOST_OFFLINE = 64;
/** One page in so many turns out to be broken, and stays away. */
const BROKEN = 16;

/** Somebody takes pages offline and puts them online while domains come, run and go. */
export function pageOfflining(host: Host): Life {
  const living = new Living(host);
  const offlined = new Bag<Mfn>();
  let broken = 0;
  return sideBySide(host, host.domains + 1, (slot) => (slot === 0 ? service() : domainLife(host, living)));

  function* service(): Life {
    const { random, pages } = host;
    const most = Math.ceil(pages / MOST_OFFLINE);
    const isBroken = random.oneIn(BROKEN) && broken < most;
    if (isBroken) broken++;
    if (offlined.size > random.below(most)) yield* putOnline(host, offlined);
    else if (host.xen.offlineKeepsAlignment && random.oneIn(2)) yield* takeFreeOffline(host, offlined, isBroken);
    else yield* takeUsedOffline(host, offlined, isBroken);
  }
}

/** A page of the RAM, most often a free one: it leaves its block at once, if it is free. */
function* takeFreeOffline({ recorder, random, pages }: Host, offlined: Bag<Mfn>, broken: boolean): Life {
  const mfn = random.between(Math.floor(pages / 2), pages - 1) as Mfn;
  const { status } = recorder.queryPageOffline({ mfn });
  yield;
  if (status !== 0) return;
  const { errno } = recorder.offlinePage({ mfn, broken });
  if (errno === 0 && !broken) offlined.add(mfn);
  yield;
  recorder.queryPageOffline({ mfn });
}

/**
 * A page in use becomes offlining, and leaves when it is freed. Its neighbour is still in use then, so that it is a
 * block of its own: older versions of Xen cut a larger one wrongly (VER-2).
 */
function* takeUsedOffline({ recorder }: Host, offlined: Bag<Mfn>, broken: boolean): Life {
  const mfn = recorder.allocDomheapPages({ order: order(1) });
  yield;
  if (mfn === null || !isAligned(mfn, order(1))) return;
  recorder.offlinePage({ mfn, broken });
  yield;
  recorder.queryPageOffline({ mfn });
  recorder.freeDomheapPages({ mfn, order: SINGLE });
  if (!broken) offlined.add(mfn);
  yield;
  recorder.freeDomheapPages({ mfn: (mfn + 1) as Mfn, order: SINGLE });
}

function* putOnline({ recorder, random }: Host, offlined: Bag<Mfn>): Life {
  const mfn = offlined.takeAny(random);
  if (mfn === undefined) return;
  recorder.onlinePage({ mfn });
  yield;
  recorder.queryPageOffline({ mfn });
}

function* domainLife(host: Host, living: Living): Life {
  const domain = living.create(host.domainPages);
  yield* build(domain);
  yield* run(host, domain, host.random.between(200, 1000));
  yield* living.bury(domain);
}
