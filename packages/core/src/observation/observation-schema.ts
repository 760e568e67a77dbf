import { z } from 'zod';
import { recordSchema } from '../call/record-schema.ts';
import { mfnRangeSchema } from '../schema/range-schema.ts';
import { addressBitsSchema, countSchema, isCount, isMfn, nodeIdSchema } from '../schema/scalars.ts';
import { digestSchema, heapViewShape } from './heap-view-schema.ts';
import type { ObservedRun } from './heap-view.ts';
import type { ObservationOf, ObservationType } from './observation.ts';

function isRun(value: unknown): value is ObservedRun {
  return Array.isArray(value) && value.length === 2 && isMfn(value[0]) && isCount(value[1]);
}

/** For each observation the schema that checks its record. */
export const observationSchemas: { readonly [T in ObservationType]: z.ZodType<ObservationOf<T>> } = {
  observe_digest: recordSchema('observe_digest', { digest: digestSchema }),
  observe_heap: recordSchema('observe_heap', heapViewShape),
  observe_boot_regions: recordSchema('observe_boot_regions', {
    regions: z.array(mfnRangeSchema, 'a list of ranges'),
  }),
  observe_avail: recordSchema('observe_avail', {
    node: nodeIdSchema.exactOptional(),
    minBits: addressBitsSchema,
    maxBits: addressBitsSchema,
    pages: countSchema,
  }),
  observe_node_avail: recordSchema('observe_node_avail', { node: nodeIdSchema, pages: countSchema }),
  observe_dirty: recordSchema('observe_dirty', {
    pages: countSchema,
    runs: countSchema,
    digest: digestSchema,
    list: z.array(z.custom<ObservedRun>(isRun, 'a run [first, length]'), 'a list of runs').exactOptional(),
  }),
};
