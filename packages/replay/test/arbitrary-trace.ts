import { HEAP_MODES, XEN_VERSIONS } from '@heaplay/core';
import fc from 'fast-check';
import { recordJson } from '../../core/test/arbitrary/record-json.ts';
import { decodeRecord, isFooter } from '../src/trace/decode-record.ts';
import { decodeHeader } from '../src/trace/header.ts';
import type { TraceHeader } from '../src/trace/header.ts';
import type { TraceRecord } from '../src/trace/trace-record.ts';

/** A trace in memory. */
export interface ArbitraryTrace {
  readonly header: TraceHeader;
  readonly records: readonly TraceRecord[];
}

const text = fc.string({ unit: 'binary', maxLength: 12 });
const extensions = fc.dictionary(
  text.map((name) => `x-${name}`),
  fc.jsonValue().map((value): unknown => JSON.parse(JSON.stringify(value))),
  { maxKeys: 2 },
);

const frameCount = fc.oneof(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 2 ** 40 - 1 }));

/** Headers as JSON: every mode and version, keys left out, `x-` keys on every level. */
const headerJson = fc
  .record({
    arch: fc.constantFrom('x86_64', 'arm64', 'riscv64', 'ppc64'),
    mode: fc.constantFrom(...HEAP_MODES),
    xen: fc.constantFrom(...XEN_VERSIONS),
    frames: frameCount,
    maxOrder: fc.integer({ min: 0, max: 18 }),
    recorder: fc.record({ name: text, version: text, source: text }, { requiredKeys: [] }),
    more: fc.tuple(extensions, extensions, extensions, extensions),
  })
  .map(({ arch, mode, xen, frames, maxOrder, recorder, more: [a, b, c, d] }) => ({
    ...a,
    heaplay: 1,
    recorder: { ...b, ...recorder },
    machine: { ...c, arch, frames, ram: [[0, frames]] },
    heap: {
      ...d,
      mode,
      xen,
      maxOrder,
      ...(mode === 'separate-xenheap' ? { xenHeap: [0, frames] } : {}),
      ...(mode === 'direct-map-partial' ? { xenheapMaxMfn: frames - 1 } : {}),
    },
  }));

/** A legal record, as far as the record alone can tell. */
export function decodedRecord(json: unknown): TraceRecord {
  const read = decodeRecord(json);
  if (!read.ok) throw new Error(`${read.problem.field}: found ${read.problem.found}`);
  if (isFooter(read.value)) throw new Error('a footer is no record');
  return read.value;
}

/** The records of one trace: frames and orders that its machine has, and nothing behind the record at which Xen stopped. */
function asTrace(header: TraceHeader, json: readonly Record<string, unknown>[]): TraceRecord[] {
  const { machine, heap } = header;
  return json.map((fields, at) => {
    const fitting = { ...fields };
    if (at < json.length - 1) delete fitting['bug'];
    if (/^(free_|assign_pages)/.test(String(fields['type']))) {
      fitting['mfn'] = Number(fields['mfn']) % machine.frames;
      fitting['order'] = Number(fields['order']) % (heap.maxOrder + 1);
    }
    return decodedRecord(fitting);
  });
}

/** Any header. */
export const arbitraryHeader: fc.Arbitrary<TraceHeader> = headerJson.map((json) => {
  const read = decodeHeader(JSON.parse(JSON.stringify(json)));
  if (!read.ok) throw new Error(`${read.problem.field}: found ${read.problem.found}`);
  return read.value.header;
});

/** Any trace of at most `maxLength` records. */
export function arbitraryTrace(maxLength: number): fc.Arbitrary<ArbitraryTrace> {
  return fc
    .tuple(arbitraryHeader, fc.array(recordJson, { maxLength, size: 'max' }))
    .map(([header, json]) => ({ header, records: asTrace(header, json) }));
}
