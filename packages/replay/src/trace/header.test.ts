import { describe, expect, test } from 'vitest';
import { HEADER } from '../../test/sample-trace.ts';
import { decodeHeader, encodeHeader } from './header.ts';

const json: Readonly<Record<string, unknown>> = JSON.parse(HEADER);

function problem(header: unknown): object {
  const read = decodeHeader(header);
  if (read.ok) throw new Error('the header is good');
  return read.problem;
}

describe('a header', () => {
  test('is completed by presets, and then written whole', () => {
    const read = decodeHeader(json);
    if (!read.ok) throw new Error(read.problem.expected);
    const { header, upcasts } = read.value;
    expect(upcasts).toEqual([]);
    expect(header).toMatchObject({ heaplay: 1, machine: { cpus: [0] }, heap: { xen: '4.23', maxOrder: 10 } });
    expect(decodeHeader(JSON.parse(encodeHeader(header)))).toEqual(read);
  });

  test('carries x- keys along on every level', () => {
    const machine = { arch: 'arm64', frames: 1, ram: [], 'x-board': 'b' };
    const heap = { mode: 'direct-map-all', 'x-c': 1 };
    const read = decodeHeader({ heaplay: 1, recorder: { name: 'r', 'x-a': [] }, machine, heap, 'x-d': null });
    if (!read.ok) throw new Error(read.problem.expected);
    const again: unknown = JSON.parse(encodeHeader(read.value.header));
    expect(again).toMatchObject({
      'x-d': null,
      recorder: { 'x-a': [] },
      machine: { 'x-board': 'b' },
      heap: { 'x-c': 1 },
    });
  });

  test('needs no recorder', () => {
    expect(decodeHeader({ ...json, recorder: undefined })).toMatchObject({
      ok: false,
    });
    const { recorder: _, ...rest } = json;
    expect(decodeHeader(rest)).toMatchObject({
      value: { header: { recorder: { name: 'unknown', version: '', source: '' } } },
    });
  });

  test('of a newer version is refused, with the way out', () => {
    expect(problem({ ...json, heaplay: 2 })).toEqual({
      field: 'heaplay',
      found: '2',
      expected: 'version 1 or older, which is what this program reads',
      hint: 'read the trace with a newer heaplay',
    });
  });

  test('of a newer version is refused before anything else in it is looked at', () => {
    expect(problem({ heaplay: 2, whatever: true })).toMatchObject({ field: 'heaplay', found: '2' });
  });

  test.each([0, -1])('of version %d is refused: there never was one', (heaplay) => {
    expect(problem({ ...json, heaplay })).toMatchObject({ field: 'heaplay', found: String(heaplay) });
  });

  test.each(['1', 1.5, true, null])('of version %j is refused: that is no version', (heaplay) => {
    expect(problem({ ...json, heaplay })).toMatchObject({
      field: 'heaplay',
      found: JSON.stringify(heaplay),
      expected: 'the version of the format, an integer: 1',
    });
  });

  test('without a version is none', () => {
    const { heaplay: _, ...rest } = json;
    expect(problem(rest)).toMatchObject({
      field: 'heaplay',
      expected: expect.stringContaining('a header on the first line'),
    });
    expect(problem(3)).toMatchObject({ field: '', found: '3' });
  });

  test('says where in it something is wrong', () => {
    expect(problem({ ...json, machine: { arch: 'vax' } })).toMatchObject({ field: 'machine.arch', found: '"vax"' });
    expect(problem({ ...json, heap: { mode: 'separate-xenheap' } })).toMatchObject({ field: 'heap.xenHeap' });
    expect(problem({ ...json, heap: 3 })).toMatchObject({ field: 'heap', found: '3', expected: 'an object' });
    expect(problem({ ...json, maschine: {} })).toMatchObject({ field: 'maschine', hint: 'did you mean "machine"?' });
  });
});
