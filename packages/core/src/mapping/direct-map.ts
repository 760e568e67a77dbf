import { FLAG_XEN_HEAP, flagsOf, isInUse } from '../state/block-record.ts';
import type { HeapReader } from '../state/heap-reader.ts';
import type { Platform } from '../machine/platform.ts';
import type { Mfn, VirtualAddress } from '../units/mfn.ts';
import { pageAddress, pageIn } from './vmap-area.ts';

/** The heap as far as it decides on what is always mapped. */
type MappedHeap = Pick<HeapReader, 'platform' | 'blocks'>;

/**
 * Is this frame always mapped (MODE-4)? A separate xen heap's frames are; else those below the direct map's end, in
 * MODE-3 up to `xenheapMaxMfn`, and in MODE-5 only xen-heap pages that are allocated.
 */
export function isAlwaysMapped(heap: MappedHeap, mfn: number): boolean {
  const { platform } = heap;
  const { directMapEnd, mode, xenheapMaxMfn } = platform.config;
  if (!platform.isValid(mfn) || directMapAddress(platform, mfn) === null) return false;
  switch (mode) {
    case 'separate-xenheap':
      return platform.inXenHeapRange(mfn);
    case 'direct-map-all':
      return mfn < (directMapEnd ?? Infinity);
    case 'direct-map-partial':
      return mfn < (directMapEnd ?? Infinity) && mfn <= (xenheapMaxMfn ?? Infinity);
    case 'direct-map-on-demand': {
      const meta = heap.blocks.find(mfn);
      return isInUse(meta) && (flagsOf(meta) & FLAG_XEN_HEAP) !== 0;
    }
  }
}

/** The address that a frame has in the direct map, or in the separate xen heap (MAP-1); null: there is no room for it there. */
export function directMapAddress(platform: Platform, mfn: number): VirtualAddress | null {
  const { addresses } = platform;
  const index = platform.separateXenHeap ? mfn : platform.frameTable.pdxOf(mfn);
  if (index === undefined) return null;
  const page = index - addresses.directMapBase;
  return page >= 0 && page < addresses.directMapPages ? pageAddress(addresses.directMap, page) : null;
}

/** Does this address lie in the room of the direct map, or of the separate xen heap? */
export function inDirectMap({ addresses }: Platform, va: VirtualAddress): boolean {
  const page = pageIn(addresses.directMap, va);
  return page >= 0 && page < addresses.directMapPages;
}

/** The frame that has this address in the direct map, whether or not it is mapped there; null if none can. */
export function directMapFrame(platform: Platform, va: VirtualAddress): Mfn | null {
  const { addresses } = platform;
  if (!inDirectMap(platform, va)) return null;
  const index = pageIn(addresses.directMap, va) + addresses.directMapBase;
  const mfn = platform.separateXenHeap ? (index as Mfn) : platform.frameTable.mfnOf(index);
  return mfn !== undefined && platform.isValid(mfn) ? mfn : null;
}
