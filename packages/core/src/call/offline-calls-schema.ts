import { openObject } from '../schema/open-object.ts';
import { booleanSchema, errnoSchema, integerSchema, mfnSchema } from '../schema/scalars.ts';
import type { OfflineCall } from './offline-calls.ts';
import { type CallRecordSchemas, recordSchema } from './record-schema.ts';

const result = openObject({
  errno: errnoSchema,
  status: integerSchema(0, 0xffff_ffff, 'the bits of a status'),
}).exactOptional();

/** The records of {@link OfflineCall}s. Any MFN may be named: one that no frame has is answered with EINVAL. */
export const offlineRecordSchemas: CallRecordSchemas<OfflineCall['type']> = {
  offline_page: recordSchema('offline_page', { mfn: mfnSchema, broken: booleanSchema, result }),
  online_page: recordSchema('online_page', { mfn: mfnSchema, result }),
  query_page_offline: recordSchema('query_page_offline', { mfn: mfnSchema, result }),
};
