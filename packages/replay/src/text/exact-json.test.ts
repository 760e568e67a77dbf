import { describe, expect, it } from 'vitest';
import { exactJson } from './exact-json.ts';

describe('JSON with all digits', () => {
  it('of a bigint is an integer, wherever it stands', () => {
    const value = { a: 2n ** 64n - 1n, b: [0n, { c: 7n }], d: '12', e: null, f: 1.5 };
    expect(exactJson(value)).toBe('{"a":18446744073709551615,"b":[0,{"c":7}],"d":"12","e":null,"f":1.5}');
  });
});
