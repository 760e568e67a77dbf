import type { Timeline } from '../timeline/timeline.ts';
import { callSignature } from './call-signature.ts';
import { pairCalls } from './pair-calls.ts';
import { isObservation } from '../trace/record-kind.ts';

/** Records of two runs that are counterparts; 0 where there is none. */
export type RecordPair = readonly [a: number, b: number];

/** The records of one trace in two runs of it: each is its own counterpart, up to `end`. */
export function* sameRecords({ table }: Timeline, end: number): Generator<RecordPair, void, undefined> {
  for (let record = 1; record <= end; record++) if (!table.isObservationAt(record)) yield [record, record];
}

/** The calls of two traces, paired by the shortest edit script over what was asked for. */
export function* pairedRecords(a: Timeline, b: Timeline): Generator<RecordPair, void, undefined> {
  const known = new Map<string, number>();
  const [inA, inB] = [signedCalls(a, known), signedCalls(b, known)];
  const same = (i: number, j: number): boolean => inA.signatures[i] === inB.signatures[j];
  for (const [i, j] of pairCalls(inA.records, inB.records, same)) {
    yield [i === null ? 0 : (inA.records[i] ?? 0), j === null ? 0 : (inB.records[j] ?? 0)];
  }
}

interface SignedCalls {
  readonly records: Uint32Array;
  /** Equal numbers: equal signatures. */
  readonly signatures: Uint32Array;
}

function signedCalls(timeline: Timeline, known: Map<string, number>): SignedCalls {
  const { table } = timeline;
  // The call that stopped Xen was made as well.
  const end = timeline.bug?.record ?? timeline.length;
  const records = new Uint32Array(end);
  const signatures = new Uint32Array(end);
  let count = 0;
  for (let number = 1; number <= end; number++) {
    const record = table.record(number);
    if (isObservation(record)) continue;
    const text = callSignature(record);
    const signature = known.get(text) ?? known.size;
    known.set(text, signature);
    records[count] = number;
    signatures[count++] = signature;
  }
  return { records: records.subarray(0, count), signatures: signatures.subarray(0, count) };
}
