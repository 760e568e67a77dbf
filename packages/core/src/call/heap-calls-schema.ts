import {
  addressBitsSchema,
  booleanSchema,
  countSchema,
  domainIdSchema,
  errnoSchema,
  mfnOrNullSchema,
  mfnSchema,
  nodeIdSchema,
  orderSchema,
  zoneSchema,
} from '../schema/scalars.ts';
import type { HeapPageCall } from './heap-calls.ts';
import { memFlagsSchema } from './mem-flags-schema.ts';
import { type CallRecordSchemas, recordSchema } from './record-schema.ts';

const placement = {
  flags: memFlagsSchema.exactOptional(),
  node: nodeIdSchema.exactOptional(),
  bits: addressBitsSchema.exactOptional(),
};

const block = { mfn: mfnSchema, order: orderSchema };

/** The records of {@link HeapPageCall}s. */
export const heapRecordSchemas: CallRecordSchemas<HeapPageCall['type']> = {
  alloc_xenheap_pages: recordSchema('alloc_xenheap_pages', {
    order: orderSchema,
    ...placement,
    result: mfnOrNullSchema.exactOptional(),
  }),
  free_xenheap_pages: recordSchema('free_xenheap_pages', block),
  alloc_domheap_pages: recordSchema('alloc_domheap_pages', {
    domain: domainIdSchema.exactOptional(),
    order: orderSchema,
    ...placement,
    result: mfnOrNullSchema.exactOptional(),
  }),
  free_domheap_pages: recordSchema('free_domheap_pages', block),
  populate_physmap: recordSchema('populate_physmap', {
    domain: domainIdSchema,
    order: orderSchema,
    ...placement,
    result: mfnOrNullSchema.exactOptional(),
  }),
  assign_pages: recordSchema('assign_pages', {
    domain: domainIdSchema,
    ...block,
    flags: placement.flags,
    result: errnoSchema.exactOptional(),
  }),
  alloc_heap_pages: recordSchema('alloc_heap_pages', {
    domain: domainIdSchema.exactOptional(),
    zoneLo: zoneSchema,
    zoneHi: zoneSchema,
    order: orderSchema,
    ...placement,
    result: mfnOrNullSchema.exactOptional(),
  }),
  free_heap_pages: recordSchema('free_heap_pages', { ...block, dirty: booleanSchema }),
  scrub_free_pages: recordSchema('scrub_free_pages', {
    preempt: booleanSchema.exactOptional(),
    pages: countSchema.exactOptional(),
    result: booleanSchema.exactOptional(),
  }),
};
