import type { ResultOf } from '@heaplay/core';
import { CallRecorder } from './call-recorder.ts';
import type { CallArguments, MappingArguments } from './call-recorder.ts';

/**
 * The calls on the address space. As long as the model does not know what they return, they are recorded with the
 * result that the caller gives, if he knows it, and return that.
 */
export class MappingRecorder extends CallRecorder {
  /** Maps a frame for a moment (MAP-2, MAP-3). */
  mapDomainPage(args: MappingArguments<'map_domain_page'>): ResultOf<'map_domain_page'> | undefined {
    return this.call('map_domain_page', args);
  }

  /** Ends a mapping of `mapDomainPage`. */
  unmapDomainPage(args: CallArguments<'unmap_domain_page'>): void {
    this.call('unmap_domain_page', args);
  }

  /** Maps a frame for good (MAP-5). */
  mapDomainPageGlobal(
    args: MappingArguments<'map_domain_page_global'>,
  ): ResultOf<'map_domain_page_global'> | undefined {
    return this.call('map_domain_page_global', args);
  }

  /** Ends a mapping of `mapDomainPageGlobal`. */
  unmapDomainPageGlobal(args: CallArguments<'unmap_domain_page_global'>): void {
    this.call('unmap_domain_page_global', args);
  }

  /** Maps frames side by side (MAP-5). */
  vmap(args: MappingArguments<'vmap'>): ResultOf<'vmap'> | undefined {
    return this.call('vmap', args);
  }

  /** Ends a mapping of `vmap`. */
  vunmap(args: CallArguments<'vunmap'>): void {
    this.call('vunmap', args);
  }

  /** The address of a frame in the direct map (MAP-1). */
  mfnToVirt(args: MappingArguments<'mfn_to_virt'>): ResultOf<'mfn_to_virt'> | undefined {
    return this.call('mfn_to_virt', args);
  }

  /** The frame behind an address of the direct map (MAP-1). */
  virtToMfn(args: MappingArguments<'virt_to_mfn'>): ResultOf<'virt_to_mfn'> | undefined {
    return this.call('virt_to_mfn', args);
  }

  /** A read or a write through an address: `ok`, or the reason of the fault. */
  access(args: MappingArguments<'access'>): ResultOf<'access'> | undefined {
    return this.call('access', args);
  }
}
