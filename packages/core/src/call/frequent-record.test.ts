import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CALL_JSON, callJson, spoiltRecordJson } from '../../test/arbitrary/record-json.ts';
import { CALL_TYPES, callRecordSchemas, isCallType } from './call-schema.ts';
import { frequentRecord } from './frequent-record.ts';

const RUNS = { seed: 20_261, numRuns: 4000 };

/** The calls that are checked by hand. */
const frequent = new Set(
  CALL_TYPES.filter((type) => {
    const [sample] = fc.sample(CALL_JSON[type] ?? fc.constant({}), { seed: 1, numRuns: 1 });
    return frequentRecord({ ...sample }) !== undefined;
  }),
);

describe('the check by hand', () => {
  test('knows the calls that make up nearly all of a trace', () => {
    expect([...frequent]).toEqual(
      expect.arrayContaining(['alloc_domheap_pages', 'free_domheap_pages', 'map_domain_page', 'populate_physmap']),
    );
  });

  test('takes what the schema takes, and makes the same of it', () => {
    fc.assert(
      fc.property(callJson, (json) => {
        const type = json['type'];
        if (!isCallType(type)) throw new Error('an arbitrary call has a type');
        const bySchema = callRecordSchemas[type].parse(json);
        expect(frequentRecord({ ...json })).toEqual(frequent.has(type) ? bySchema : undefined);
      }),
      RUNS,
    );
  });

  test('refuses what the schema refuses', () => {
    fc.assert(
      fc.property(spoiltRecordJson, (json) => {
        const type = json['type'];
        if (!isCallType(type) || !frequent.has(type)) return;
        const bySchema = callRecordSchemas[type].safeParse(json);
        expect(frequentRecord({ ...json })).toEqual(bySchema.success ? bySchema.data : undefined);
      }),
      RUNS,
    );
  });
});
