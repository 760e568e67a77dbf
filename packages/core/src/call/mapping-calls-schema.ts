import { z } from 'zod';
import { virtualAddressSchema } from '../schema/hex-address.ts';
import { booleanSchema, domainIdSchema, mfnSchema, textSchema, vcpuSchema } from '../schema/scalars.ts';
import type { MappingCall } from './mapping-calls.ts';
import { type CallRecordSchemas, recordSchema } from './record-schema.ts';

const frame = {
  mfn: mfnSchema,
  domain: domainIdSchema.exactOptional(),
  vcpu: vcpuSchema.exactOptional(),
};

const addressOrNull = virtualAddressSchema.nullable().exactOptional();

const address = { va: virtualAddressSchema };

/** The records of {@link MappingCall}s. */
export const mappingRecordSchemas: CallRecordSchemas<MappingCall['type']> = {
  map_domain_page: recordSchema('map_domain_page', { ...frame, result: virtualAddressSchema.exactOptional() }),
  unmap_domain_page: recordSchema('unmap_domain_page', address),
  map_domain_page_global: recordSchema('map_domain_page_global', { ...frame, result: addressOrNull }),
  unmap_domain_page_global: recordSchema('unmap_domain_page_global', address),
  vmap: recordSchema('vmap', {
    mfns: z.array(mfnSchema, 'a list of MFNs'),
    result: addressOrNull,
  }),
  vunmap: recordSchema('vunmap', address),
  mfn_to_virt: recordSchema('mfn_to_virt', { mfn: mfnSchema, result: addressOrNull }),
  virt_to_mfn: recordSchema('virt_to_mfn', { ...address, result: mfnSchema.nullable().exactOptional() }),
  access: recordSchema('access', { ...address, write: booleanSchema, result: textSchema.exactOptional() }),
};
