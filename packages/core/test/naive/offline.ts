/** Pages taken out of use and put back (OFF, VER-2). */
import { freeHeapPages } from './buddy.ts';
import type { Block } from './free-lists.ts';
import type { Heap } from './heap.ts';
import { takeOutOfflined } from './offline-block.ts';
import { Stop } from './wire.ts';

export interface OfflineAnswer {
  readonly errno: number;
  readonly status: number;
}

const EINVAL = -22;
const EPERM = -1;
const OFFLINED = 2;
const PENDING = 4;
const FAILED = 8;
const OF_XEN = 0x7ff2_0100;
const ANONYMOUS = 0x7ff4_0400;
const NOT_RAM = 2048;
const OWNED = 4096;
const BROKEN = 8192;

/** `offline_page`: OFF-1. */
export function offlinePage(heap: Heap, mfn: number, broken: boolean): OfflineAnswer {
  const { config, pages } = heap;
  if (!config.isValid(mfn)) return { errno: EINVAL, status: 0 };
  if (config.isReserved(mfn)) return { errno: EPERM, status: OF_XEN | FAILED };
  if (!config.isRam(mfn)) return { errno: EINVAL, status: NOT_RAM | FAILED };
  const page = pages.get(mfn);
  if (page.broken && page.owner !== null) return { errno: 0, status: 16 };
  const brokenBit = broken ? BROKEN : 0;
  if (page.life === 'offlined') {
    if (broken) pages.change(mfn, 1, { broken });
    return { errno: 0, status: OFFLINED | brokenBit };
  }
  if (page.life === 'free') {
    pages.change(mfn, 1, { life: 'offlined', broken });
    takeOutOfflined(heap, blockAround(heap, mfn));
    return { errno: 0, status: OFFLINED | brokenBit };
  }
  pages.change(mfn, 1, { life: 'offlining', broken: page.broken || broken });
  if (page.owner !== null) {
    return { errno: 0, status: page.owner * 65536 + (OWNED | PENDING | brokenBit) };
  }
  if (page.xen) return { errno: 0, status: OF_XEN | PENDING | brokenBit };
  return { errno: 0, status: ANONYMOUS | FAILED | brokenBit };
}

/** `online_page`: OFF-3, OFF-4, VER-5. */
export function onlinePage(heap: Heap, mfn: number): OfflineAnswer {
  const { config, pages } = heap;
  if (!config.isValid(mfn)) return { errno: EINVAL, status: 0 };
  const page = pages.get(mfn);
  if (page.broken && page.life !== 'free' && config.is46 && config.header.heap.debug) {
    throw new Stop('ASSERT', 'a broken page is put online');
  }
  if (page.life === 'offlined') {
    if (page.broken) {
      if (config.is46) return { errno: EINVAL, status: BROKEN | FAILED };
      throw new Stop('BUG', 'a broken page is put online and freed');
    }
    heap.offlined.splice(heap.offlined.indexOf(mfn), 1);
    pages.change(mfn, 1, { life: 'in-use' });
    freeHeapPages(heap, mfn, 0, false);
    return { errno: 0, status: OFFLINED };
  }
  if (page.life === 'offlining') {
    if (page.broken) return { errno: EINVAL, status: BROKEN | FAILED };
    pages.change(mfn, 1, { life: 'in-use' });
    return { errno: 0, status: OFFLINED };
  }
  return { errno: 0, status: 0 };
}

/** `query_page_offline`. */
export function queryPageOffline(heap: Heap, mfn: number): OfflineAnswer {
  if (!heap.config.isValid(mfn) || !heap.config.isRam(mfn)) return { errno: EINVAL, status: 0 };
  const page = heap.pages.get(mfn);
  let status = 0;
  if (page.life === 'offlined') status |= 2;
  if (page.life === 'offlining') status |= 8;
  if (page.broken) status |= 16;
  return { errno: 0, status };
}

/** OFF-2: by containment, orders rising, head to tail. */
function blockAround(heap: Heap, mfn: number): Block {
  const nodeHeap = heap.nodeHeap(heap.config.nodeOf(mfn));
  const zone = heap.config.zoneOf(mfn);
  for (let order = 0; order <= heap.config.maxOrder; order++) {
    for (let block = nodeHeap.list(zone, order).head; block !== null; block = block.next) {
      if (block.mfn <= mfn && mfn < block.mfn + 2 ** order) return block;
    }
  }
  throw new Error(`free page ${mfn} is in no block`);
}
