import { z } from 'zod';
import { addressBitsSchema, countSchema, domainIdSchema, errnoSchema, nodeIdSchema } from '../schema/scalars.ts';
import type { DomainCall } from './domain-calls.ts';
import { type CallRecordSchemas, recordSchema } from './record-schema.ts';

const nodesSchema = z.array(nodeIdSchema, 'a list of NUMA nodes');

/** The records of {@link DomainCall}s. */
export const domainRecordSchemas: CallRecordSchemas<DomainCall['type']> = {
  domain_create: recordSchema('domain_create', {
    domain: domainIdSchema,
    maxPages: countSchema,
    nodeAffinity: nodesSchema.exactOptional(),
    addressBits: addressBitsSchema.exactOptional(),
  }),
  domain_set_max_pages: recordSchema('domain_set_max_pages', { domain: domainIdSchema, maxPages: countSchema }),
  domain_set_node_affinity: recordSchema('domain_set_node_affinity', {
    domain: domainIdSchema,
    nodeAffinity: nodesSchema,
  }),
  domain_kill: recordSchema('domain_kill', { domain: domainIdSchema }),
  relinquish_memory: recordSchema('relinquish_memory', {
    domain: domainIdSchema,
    pages: countSchema.exactOptional(),
    result: countSchema.exactOptional(),
  }),
  domain_set_outstanding_pages: recordSchema('domain_set_outstanding_pages', {
    domain: domainIdSchema,
    pages: countSchema,
    result: errnoSchema.exactOptional(),
  }),
};
