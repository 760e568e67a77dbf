import type { HeapCall, MappingCall, Observation } from '@heaplay/core';
import type { TraceRecord } from './trace-record.ts';

/** Did somebody look? Otherwise it is a call. */
export function isObservation(record: TraceRecord): record is Observation {
  return record.type.startsWith('observe_');
}

/** A call on the address space, whose result the model does not know. */
export function isMappingCall(record: HeapCall): record is MappingCall {
  switch (record.type) {
    case 'map_domain_page':
    case 'unmap_domain_page':
    case 'map_domain_page_global':
    case 'unmap_domain_page_global':
    case 'vmap':
    case 'vunmap':
    case 'mfn_to_virt':
    case 'virt_to_mfn':
    case 'access':
      return true;
    default:
      return false;
  }
}
