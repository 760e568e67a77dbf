import { z } from 'zod';
import { physicalAddressSchema } from '../schema/hex-address.ts';
import { openObject } from '../schema/open-object.ts';
import { countSchema, integerSchema, mfnSchema } from '../schema/scalars.ts';
import { MFN_LIMIT } from '../units/mfn.ts';
import type { BootCall } from './boot-calls.ts';
import { type CallRecordSchemas, recordSchema } from './record-schema.ts';

const range = { start: physicalAddressSchema, end: physicalAddressSchema };

const alignSchema = z.custom<number>(
  (value) => Number.isInteger(Math.log2(Number(value))) && Number(value) >= 1 && Number(value) <= MFN_LIMIT,
  'an alignment in pages: a power of two from 1 to 2^40',
);

/** The records of {@link BootCall}s. */
export const bootRecordSchemas: CallRecordSchemas<BootCall['type']> = {
  init_boot_pages: recordSchema('init_boot_pages', range),
  alloc_boot_pages: recordSchema('alloc_boot_pages', {
    pages: countSchema,
    align: alignSchema,
    result: mfnSchema.exactOptional(),
  }),
  end_boot_allocator: recordSchema('end_boot_allocator', {
    result: openObject({ dmaBits: integerSchema(0, 64, 'a width in bits'), freePages: countSchema }).exactOptional(),
  }),
  init_xenheap_pages: recordSchema('init_xenheap_pages', range),
  init_domheap_pages: recordSchema('init_domheap_pages', range),
  xenheap_max_mfn: recordSchema('xenheap_max_mfn', {
    mfn: mfnSchema,
    result: integerSchema(0, 64, 'a width in bits').exactOptional(),
  }),
  heap_init_late: recordSchema('heap_init_late', {
    result: openObject({ threshold: countSchema, order: integerSchema(0, 63, 'log2 of pages') }).exactOptional(),
  }),
  set_system_state: recordSchema('set_system_state', { state: z.literal('active', 'the state "active"') }),
};
