import type { ResultOf } from '@heaplay/core';
import { CallRecorder } from './call-recorder.ts';
import type { CallArguments } from './call-recorder.ts';

/** The calls on the address space, which change no heap. */
export class MappingRecorder extends CallRecorder {
  /** Maps a frame for a moment (MAP-2, MAP-3). */
  mapDomainPage(args: CallArguments<'map_domain_page'>): ResultOf<'map_domain_page'> {
    return this.call('map_domain_page', args);
  }

  /** Ends a mapping of `mapDomainPage`. */
  unmapDomainPage(args: CallArguments<'unmap_domain_page'>): void {
    this.call('unmap_domain_page', args);
  }

  /** Maps a frame for good (MAP-5). */
  mapDomainPageGlobal(args: CallArguments<'map_domain_page_global'>): ResultOf<'map_domain_page_global'> {
    return this.call('map_domain_page_global', args);
  }

  /** Ends a mapping of `mapDomainPageGlobal`. */
  unmapDomainPageGlobal(args: CallArguments<'unmap_domain_page_global'>): void {
    this.call('unmap_domain_page_global', args);
  }

  /** Maps frames side by side (MAP-5). */
  vmap(args: CallArguments<'vmap'>): ResultOf<'vmap'> {
    return this.call('vmap', args);
  }

  /** Ends a mapping of `vmap`. */
  vunmap(args: CallArguments<'vunmap'>): void {
    this.call('vunmap', args);
  }

  /** The address of a frame in the direct map (MAP-1). */
  mfnToVirt(args: CallArguments<'mfn_to_virt'>): ResultOf<'mfn_to_virt'> {
    return this.call('mfn_to_virt', args);
  }

  /** The frame behind an address of the direct map (MAP-1). */
  virtToMfn(args: CallArguments<'virt_to_mfn'>): ResultOf<'virt_to_mfn'> {
    return this.call('virt_to_mfn', args);
  }

  /** A read or a write through an address: `ok`, or the reason of the fault. */
  access(args: CallArguments<'access'>): ResultOf<'access'> {
    return this.call('access', args);
  }
}
