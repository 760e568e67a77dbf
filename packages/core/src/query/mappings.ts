import { directMapAddress, directMapFrame, inDirectMap } from '../mapping/direct-map.ts';
import { NO_PLACE } from '../mapping/live-mappings.ts';
import { domainOfOwner } from '../mapping/mapping-layout.ts';
import { pageAddress, pageIn } from '../mapping/vmap-area.ts';
import type { HeapReader } from '../state/heap-reader.ts';
import type { CpuId, DomainId } from '../units/ids.ts';
import type { Mfn, VirtualAddress } from '../units/mfn.ts';
import { orderPages } from '../units/order.ts';

/** How a page came to be mapped: by the direct map, in the vmap area, in a slot of a CPU, in a domain's map cache. */
export type MappingKind = 'direct-map' | 'vmap' | 'slot' | 'map-cache';

/** A page of the address space that somebody mapped, and did not unmap. */
export interface Mapping {
  readonly va: VirtualAddress;
  readonly mfn: Mfn;
  readonly kind: MappingKind;
  /** Made to last (`vmap`, `map_domain_page_global`), not for a moment (`map_domain_page`; MAP-6). */
  readonly permanent: boolean;
  /** How often it was made and not ended. */
  readonly references: number;
  /** The CPU that made it last; null where the direct map was handed out for good: that is not kept. */
  readonly cpu: CpuId | null;
  /** In whose map cache it is; null: in none, or in that of callers without a domain. */
  readonly domain: DomainId | null;
  readonly vcpu: number | null;
}

/** The mappings of a frame, the newest first, then those by the direct map. */
export function mappingsOfFrame(heap: HeapReader, mfn: number): Mapping[] {
  const { live } = heap.space;
  const found: Mapping[] = [];
  for (let place = live.firstOfFrame(mfn); place !== NO_PLACE; place = live.nextOfFrame(place)) {
    if (live.mfnAt(place) === mfn) found.push(mappingAt(heap, place));
  }
  found.push(...directMappings(heap, mfn));
  return found;
}

/** The mappings of the `2^order` frames at `mfn`, frame by frame, rising. The cost follows what is found. */
export function* mappingsOfBlock(heap: HeapReader, mfn: number, order: number): Generator<Mapping> {
  const end = Math.min(mfn + orderPages(order), heap.platform.machine.frames);
  yield* mappingsOfRange(heap, mfn, end);
}

/** Every mapping there is: frame by frame, rising; those of frames beyond the frame table last, the newest first. */
export function* liveMappings(heap: HeapReader): Generator<Mapping> {
  const { frames } = heap.platform.machine;
  yield* mappingsOfRange(heap, 0, frames);
  const { live } = heap.space;
  for (let place = live.firstOfFrame(frames); place !== NO_PLACE; place = live.nextOfFrame(place)) {
    yield mappingAt(heap, place);
  }
}

/** The mappings on the page of an address: of the transient window maybe several, of several CPUs or domains, the newest first. */
export function mappingsAt(heap: HeapReader, va: VirtualAddress): Mapping[] {
  const { platform, space } = heap;
  const { addresses } = platform;
  if (inDirectMap(platform, va)) {
    const mfn = directMapFrame(platform, va);
    return mfn === null ? [] : directMappings(heap, mfn);
  }
  const vmapPage = pageIn(addresses.vmap, va);
  if (vmapPage >= 0 && vmapPage < addresses.vmapPages) {
    const place = space.live.vmapPlace(vmapPage);
    return space.live.count(place) > 0 ? [mappingAt(heap, place)] : [];
  }
  const page = pageIn(addresses.window, va);
  if (page < 0 || page >= addresses.windowPages) return [];
  const found: Mapping[] = [];
  for (let place = space.live.firstAtPage(page); place !== NO_PLACE; place = space.live.nextAtPage(place)) {
    found.push(mappingAt(heap, place));
  }
  return found;
}

function* mappingsOfRange(heap: HeapReader, first: number, end: number): Generator<Mapping> {
  const { live } = heap.space;
  for (let mfn = live.nextMapped(first, end); mfn >= 0; mfn = live.nextMapped(mfn + 1, end)) {
    yield* mappingsOfFrame(heap, mfn);
  }
}

/** The mapping at a place, which must have one. */
export function mappingAt({ platform, space }: HeapReader, place: number): Mapping {
  const { live } = space;
  const { addresses } = platform;
  const permanent = live.isVmap(place);
  const isCached = !permanent && addresses.windowKind === 'cache';
  return {
    va: pageAddress(permanent ? addresses.vmap : addresses.window, live.pageOf(place)),
    mfn: live.mfnAt(place) as Mfn,
    kind: permanent ? 'vmap' : isCached ? 'map-cache' : 'slot',
    permanent,
    references: live.count(place),
    cpu: live.cpuAt(place) as CpuId,
    domain: isCached ? domainOfOwner(live.ownerOf(place)) : null,
    vcpu: isCached ? live.vcpuAt(place) : null,
  };
}

/** The uses of a frame's address in the direct map: for a moment, and for good. */
export function directMappings({ platform, space: { live } }: HeapReader, mfn: number): Mapping[] {
  const va = directMapAddress(platform, mfn);
  if (va === null) return [];
  return [false, true].flatMap((permanent): Mapping[] => {
    const references = live.directUses(mfn, permanent);
    if (references === 0) return [];
    const cpu = permanent ? null : (live.directCpu(mfn) as CpuId);
    return [{ va, mfn: mfn as Mfn, kind: 'direct-map', permanent, references, cpu, domain: null, vcpu: null }];
  });
}
