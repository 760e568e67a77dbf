import type { HeapReader } from '../state/heap-reader.ts';
import type { Mfn, VirtualAddress } from '../units/mfn.ts';
import { directMapAddress, directMapFrame, inDirectMap, isAlwaysMapped } from './direct-map.ts';
import { NO_PLACE } from './live-mappings.ts';
import { pageIn } from './vmap-area.ts';

/**
 * Why an access through an address faults (MAP-10): no frame can be mapped there always in this layout; nothing is mapped
 * there; somebody else has a mapping there, this CPU has none; nothing is ever mapped there.
 */
export type AccessFault = 'beyond-direct-map' | 'not-mapped' | 'other-cpu' | 'no-such-area';

/** A heap and what is mapped, as far as addresses are looked up. */
type MappedHeap = Pick<HeapReader, 'platform' | 'blocks' | 'space'>;

/** Where an address was found: a place with a mapping, a frame that is always mapped, or why there is nothing. */
export type Located =
  | { readonly kind: 'always'; readonly mfn: Mfn }
  | { readonly kind: 'place'; readonly place: number }
  | { readonly kind: 'fault'; readonly fault: AccessFault };

/** The address of a frame that is always mapped (MAP-1); null if it is not. */
export function mfnToVirt(heap: MappedHeap, mfn: Mfn): VirtualAddress | null {
  return isAlwaysMapped(heap, mfn) ? directMapAddress(heap.platform, mfn) : null;
}

/** The frame behind an address, as a CPU sees it; null if an access would fault. */
export function frameAt(heap: MappedHeap, va: VirtualAddress, cpu: number): Mfn | null {
  const located = locate(heap, va, cpu);
  if (located.kind === 'always') return located.mfn;
  return located.kind === 'place' ? (heap.space.live.mfnAt(located.place) as Mfn) : null;
}

/** Why an access of a CPU faults; null if it does not. */
export function accessFault(heap: MappedHeap, va: VirtualAddress, cpu: number): AccessFault | null {
  const located = locate(heap, va, cpu);
  return located.kind === 'fault' ? located.fault : null;
}

/** What an address means to a CPU. */
export function locate(heap: MappedHeap, va: VirtualAddress, cpu: number): Located {
  const { platform } = heap;
  const { addresses } = platform;
  if (inDirectMap(platform, va)) {
    const mfn = directMapFrame(platform, va);
    if (mfn !== null && isAlwaysMapped(heap, mfn)) return { kind: 'always', mfn };
    return {
      kind: 'fault',
      fault: platform.config.mode === 'direct-map-on-demand' ? 'not-mapped' : 'beyond-direct-map',
    };
  }
  const { live } = heap.space;
  const vmapPage = pageIn(addresses.vmap, va);
  if (vmapPage >= 0 && vmapPage < addresses.vmapPages) {
    const place = live.vmapPlace(vmapPage);
    return live.count(place) > 0 ? { kind: 'place', place } : { kind: 'fault', fault: 'not-mapped' };
  }
  const windowPage = pageIn(addresses.window, va);
  if (windowPage < 0 || windowPage >= addresses.windowPages) return { kind: 'fault', fault: 'no-such-area' };
  const first = live.firstAtPage(windowPage);
  const own = firstOfCpu(heap, first, cpu);
  if (own !== NO_PLACE) return { kind: 'place', place: own };
  return { kind: 'fault', fault: first === NO_PLACE ? 'not-mapped' : 'other-cpu' };
}

/** Of the mappings at one address, from `first` on, the newest that a CPU made (MAP-9); {@link NO_PLACE} if it made none. */
export function firstOfCpu({ space: { live } }: Pick<HeapReader, 'space'>, first: number, cpu: number): number {
  let place = first;
  while (place !== NO_PLACE && live.cpuAt(place) !== cpu) place = live.nextAtPage(place);
  return place;
}
