import type { CallType } from './call.ts';
import { bootRecordSchemas } from './boot-calls-schema.ts';
import { domainRecordSchemas } from './domain-calls-schema.ts';
import { heapRecordSchemas } from './heap-calls-schema.ts';
import { mappingRecordSchemas } from './mapping-calls-schema.ts';
import { offlineRecordSchemas } from './offline-calls-schema.ts';
import type { CallRecordSchemas } from './record-schema.ts';

/** For every call the schema of its record. */
export const callRecordSchemas: CallRecordSchemas<CallType> = {
  ...bootRecordSchemas,
  ...heapRecordSchemas,
  ...domainRecordSchemas,
  ...offlineRecordSchemas,
  ...mappingRecordSchemas,
};

const NAMES: ReadonlySet<unknown> = new Set(Object.keys(callRecordSchemas));

/** Is this the name of a call? */
export function isCallType(name: unknown): name is CallType {
  return NAMES.has(name);
}

/** The names of all calls. */
export const CALL_TYPES: readonly CallType[] = Object.keys(callRecordSchemas).filter(isCallType);
