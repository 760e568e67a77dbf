import {
  CALL_TYPES,
  type CallType,
  type Decoded,
  type FieldProblem,
  type JsonFields,
  OBSERVATION_TYPES,
  countSchema,
  decodeCallRecord,
  decodeObservation,
  decodeWith,
  describeValue,
  isObservationType,
  openObject,
  refused,
  suggestName,
} from '@heaplay/core';
import { z } from 'zod';
import { asFields } from './header.ts';
import type { TraceFooter, TraceRecord } from './trace-record.ts';
import type { Upcast } from './upcast.ts';

const footerSchema: z.ZodType<TraceFooter> = openObject({
  type: z.literal('end'),
  records: countSchema,
  sha256: z.custom<string>(
    (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value),
    'a SHA-256: 64 hex digits in lower case',
  ),
});

const CALL_BY_NAME: ReadonlyMap<unknown, CallType> = new Map(CALL_TYPES.map((type) => [type, type]));

/** Is it a trace's last line? */
export function isFooter(line: TraceRecord | TraceFooter): line is TraceFooter {
  return line.type === 'end';
}

/**
 * Turns the JSON of any line but the first into memory: a call, an observation, or the footer.
 * The record may take over the object that it was given.
 */
export function decodeRecord(value: unknown, upcasts: readonly Upcast[] = []): Decoded<TraceRecord | TraceFooter> {
  const found = asFields(value);
  if (found === undefined) {
    return refused({ field: '', found: describeValue(value), expected: 'a record: a JSON object with a "type"' });
  }
  const fields = upcasts.length === 0 ? found : upcasts.reduce((json, step) => step.record(json), found);
  const type = fields['type'];
  const call = CALL_BY_NAME.get(type);
  if (call !== undefined) {
    // The parser makes each name anew: with one text for all, names are compared as what they are, not letter by letter.
    (fields as Record<string, unknown>)['type'] = call;
    return decodeCallRecord(call, fields);
  }
  if (isObservationType(type)) return decodeObservation(type, fields);
  if (type === 'end') return decodeWith(footerSchema, fields);
  return refused(unknownType(type, fields));
}

function unknownType(type: unknown, fields: JsonFields): FieldProblem {
  if (fields['heaplay'] !== undefined) {
    return {
      field: 'heaplay',
      found: 'a second header',
      expected: 'a record: the header is on the first line only',
      hint: 'traces cannot be put one behind the other; split the file before this line',
    };
  }
  const problem = { field: 'type', found: describeValue(type), expected: 'the name of a call or of an observation' };
  if (typeof type !== 'string') return problem;
  return { ...problem, hint: suggestName(type, [...CALL_TYPES, ...OBSERVATION_TYPES, 'end']) };
}
