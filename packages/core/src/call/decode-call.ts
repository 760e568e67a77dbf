import { type Decoded, decoded } from '../schema/decoded.ts';
import { decodeWith } from '../schema/decode-with.ts';
import type { CallType } from './call.ts';
import { callRecordSchemas } from './call-schema.ts';
import { type JsonFields, frequentRecord } from './frequent-record.ts';
import type { CallRecord } from './record.ts';

/**
 * Turns the JSON of a call's record into memory, or says what is wrong with it.
 * `type` is the call that the record names. The record may take over the object that it was given.
 */
export function decodeCallRecord(type: CallType, value: JsonFields): Decoded<CallRecord> {
  const frequent = frequentRecord(value);
  return frequent === undefined ? decodeWith<CallRecord>(callRecordSchemas[type], value) : decoded(frequent);
}
