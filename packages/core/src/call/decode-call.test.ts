import { describe, expect, test } from 'vitest';
import type { FieldProblem } from '../schema/decoded.ts';
import { CALL_TYPES, isCallType } from './call-schema.ts';
import { decodeCallRecord } from './decode-call.ts';
import { memFlags } from './mem-flags.ts';

function decode(json: Record<string, unknown>): unknown {
  const type = json['type'];
  if (!isCallType(type)) throw new Error('no call');
  const read = decodeCallRecord(type, json);
  return read.ok ? read.value : read.problem;
}

function problem(json: Record<string, unknown>): Partial<FieldProblem> {
  const { field, found, expected, hint } = { hint: '', ...Object(decode(json)) };
  return { field, found, expected, hint };
}

describe('a call of a trace', () => {
  test('has one of 35 names', () => {
    expect(CALL_TYPES.length).toBe(35);
    expect(isCallType('toString')).toBe(false);
  });

  test('has flags as names in the trace and as bits in memory', () => {
    expect(decode({ type: 'alloc_domheap_pages', order: 0, flags: ['no_scrub', 'exact_node'] })).toEqual({
      type: 'alloc_domheap_pages',
      order: 0,
      flags: memFlags('exact_node', 'no_scrub'),
    });
  });

  test('has physical addresses as hex texts in the trace and as numbers in memory, up to the end of 52 bits', () => {
    const json = { type: 'init_boot_pages', start: '0x1FF000', end: '0x10000000000000' };
    expect(decode(json)).toEqual({ type: 'init_boot_pages', start: 0x1ff000, end: 2 ** 52 });
    expect(problem({ ...json, end: '0x10000000000001' })).toMatchObject({ field: 'end', found: '"0x10000000000001"' });
  });

  test('has virtual addresses as hex texts in the trace and as bigints in memory', () => {
    expect(decode({ type: 'vunmap', va: '0xffff830000000000' })).toEqual({ type: 'vunmap', va: 0xffff830000000000n });
    expect(problem({ type: 'vunmap', va: '0x1ffff830000000000' })).toMatchObject({ field: 'va' });
    expect(problem({ type: 'vunmap', va: 4096 })).toMatchObject({ field: 'va', found: '4096' });
  });

  test('may ask for more than there can be: an order of 63, a node that does not exist', () => {
    expect(decode({ type: 'alloc_xenheap_pages', order: 63, node: 255, bits: 255, result: null })).toMatchObject({
      order: 63,
      result: null,
    });
  });

  test('carries x- keys along, in itself and in its result', () => {
    const json = {
      type: 'offline_page',
      mfn: 1,
      broken: true,
      result: { errno: 0, status: 2, 'x-why': [1] },
      'x-note': { a: null },
    };
    expect(decode(json)).toEqual(json);
  });
});

describe('what is wrong with a call', () => {
  test.each([
    [{ order: 3.5 }, 'order', '3.5', 'an order: an integer from 0 to 63'],
    [{ order: 64 }, 'order', '64', 'an order: an integer from 0 to 63'],
    [{ order: '3' }, 'order', '"3"', 'an order: an integer from 0 to 63'],
    [{ order: -1 }, 'order', '-1', 'an order: an integer from 0 to 63'],
    [{ order: 1, domain: 0x7ff0 }, 'domain', '32752', 'the id of a domain: an integer from 0 to 0x7fef'],
    [{ order: 1, result: 2 ** 40 }, 'result', '1099511627776', 'an MFN (an integer from 0 to 2^40 - 1), or null'],
    [{ order: 1, at: 2 ** 53 }, 'at', '9007199254740992', 'an integer from 0 to 2^53 - 1'],
    [{ order: 1, node: 256 }, 'node', '256', 'a NUMA node: an integer from 0 to 254, or 255 for any'],
    [{ order: 1, bug: 'OOPS' }, 'bug', '"OOPS"', 'one of "BUG", "ASSERT", "PANIC", "FAULT"'],
    [{ order: 1, caller: 'f' }, 'caller', '"f"', 'a list of texts: the symbols of the stack, innermost first'],
  ])('%j is told as field, found and expected', (fields, field, found, expected) => {
    expect(problem({ type: 'alloc_domheap_pages', ...fields })).toMatchObject({ field, found, expected });
  });

  test('a key that is missing is named', () => {
    expect(problem({ type: 'alloc_domheap_pages' })).toMatchObject({
      field: 'order',
      found: 'nothing',
      hint: 'add "order"',
    });
  });

  test('a misspelt key is told as such, although a key is missing for it', () => {
    expect(problem({ type: 'alloc_domheap_pages', ordr: 1 })).toMatchObject({
      field: 'ordr',
      found: 'an unknown key, with value 1',
      hint: 'did you mean "order"?',
    });
    expect(problem({ type: 'domain_create', domain: 1, max_pages: 1 })).toMatchObject({
      hint: 'did you mean "maxPages"?',
    });
    expect(problem({ type: 'end_boot_allocator', result: { dmaBits: 0, freepages: 1 } })).toMatchObject({
      field: 'result.freepages',
      hint: 'did you mean "freePages"?',
    });
  });

  test('a call that returns nothing has no result', () => {
    expect(problem({ type: 'free_domheap_pages', mfn: 1, order: 0, result: 0 })).toMatchObject({ field: 'result' });
  });

  test('a flag that does not exist is found in the list', () => {
    expect(problem({ type: 'alloc_domheap_pages', order: 0, flags: ['no_scub'] })).toMatchObject({
      field: 'flags',
      found: '["no_scub"]',
    });
    expect(problem({ type: 'alloc_domheap_pages', order: 0, flags: 3 })).toMatchObject({ field: 'flags', found: '3' });
  });

  test('an element of a list is named by its place', () => {
    expect(problem({ type: 'vmap', mfns: [1, 'a'] })).toMatchObject({ field: 'mfns[1]', found: '"a"' });
  });

  test('an alignment that is no power of two is refused', () => {
    expect(problem({ type: 'alloc_boot_pages', pages: 1, align: 3 })).toMatchObject({ field: 'align', found: '3' });
    expect(problem({ type: 'alloc_boot_pages', pages: 1, align: 0 })).toMatchObject({ field: 'align', found: '0' });
  });

  test('a value that is nested too deeply to be shown is still told', () => {
    const deep: unknown = JSON.parse('['.repeat(20_000) + ']'.repeat(20_000));
    expect(problem({ type: 'alloc_domheap_pages', order: deep })).toMatchObject({ field: 'order', found: 'a list' });
  });
});
