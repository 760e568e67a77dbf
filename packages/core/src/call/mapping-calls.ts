import type { DomainId } from '../units/ids.ts';
import type { Mfn, VirtualAddress } from '../units/mfn.ts';
import type { CallBase } from './call-base.ts';

/** Maps a frame for a moment, on this CPU (MAP-2, MAP-3). */
export interface MapDomainPage extends CallBase<'map_domain_page'> {
  readonly mfn: Mfn;
  readonly domain?: DomainId;
  readonly vcpu?: number;
}

/** Ends a mapping of {@link MapDomainPage}. */
export interface UnmapDomainPage extends CallBase<'unmap_domain_page'> {
  readonly va: VirtualAddress;
}

/** A call of which it is known where the real one put the mapping. */
interface SeenPlace {
  /** What the call was seen to return: a replay takes the place over, if it may be the right one (MAP-8). */
  readonly result?: VirtualAddress | null;
}

/** Maps a frame for good, on all CPUs (MAP-5). */
export interface MapDomainPageGlobal extends CallBase<'map_domain_page_global'>, SeenPlace {
  readonly mfn: Mfn;
  readonly domain?: DomainId;
  readonly vcpu?: number;
}

/** Ends a mapping of {@link MapDomainPageGlobal}. */
export interface UnmapDomainPageGlobal extends CallBase<'unmap_domain_page_global'> {
  readonly va: VirtualAddress;
}

/** Maps frames side by side in the vmap area (MAP-5). */
export interface Vmap extends CallBase<'vmap'>, SeenPlace {
  readonly mfns: readonly Mfn[];
}

/** Ends a mapping of {@link Vmap}. */
export interface Vunmap extends CallBase<'vunmap'> {
  readonly va: VirtualAddress;
}

/** The address of a frame in the direct map, or in a separate xen heap (MAP-1). */
export interface MfnToVirt extends CallBase<'mfn_to_virt'> {
  readonly mfn: Mfn;
}

/** The frame behind an address (MAP-1). */
export interface VirtToMfn extends CallBase<'virt_to_mfn'> {
  readonly va: VirtualAddress;
}

/** A read or a write through a virtual address. */
export interface Access extends CallBase<'access'> {
  readonly va: VirtualAddress;
  readonly write: boolean;
}

/** Calls on the address space. */
export type MappingCall =
  | MapDomainPage
  | UnmapDomainPage
  | MapDomainPageGlobal
  | UnmapDomainPageGlobal
  | Vmap
  | Vunmap
  | MfnToVirt
  | VirtToMfn
  | Access;

/** What {@link MappingCall}s return. */
export interface MappingResults {
  readonly map_domain_page: VirtualAddress;
  readonly unmap_domain_page: undefined;
  /** Null: there is no room in the vmap area. */
  readonly map_domain_page_global: VirtualAddress | null;
  readonly unmap_domain_page_global: undefined;
  readonly vmap: VirtualAddress | null;
  readonly vunmap: undefined;
  /** Null: it has none in this layout. */
  readonly mfn_to_virt: VirtualAddress | null;
  /** Null: nothing is mapped there. */
  readonly virt_to_mfn: Mfn | null;
  /** `ok`, or the reason of the fault. */
  readonly access: string;
}

/** Every call on the address space. */
const MAPPING_CALLS: ReadonlySet<string> = new Set<MappingCall['type']>([
  'map_domain_page',
  'unmap_domain_page',
  'map_domain_page_global',
  'unmap_domain_page_global',
  'vmap',
  'vunmap',
  'mfn_to_virt',
  'virt_to_mfn',
  'access',
]);

/** Is this a call on the address space? Such a call changes no heap. */
export function isMappingCall<C extends { readonly type: string }>(
  call: C,
): call is Extract<C, { type: MappingCall['type'] }> {
  return MAPPING_CALLS.has(call.type);
}
