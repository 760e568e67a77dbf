import type { CallResult } from '@heaplay/core';

const NOTHING = 0;
const NUMBER = 1;
const NULL = 2;
const NO = 3;
const YES = 4;
const OBJECT = 5;
const ADDRESS = 6;
const KIND = 7;
const FAILED = 8;
const SKIPPED = 16;

/**
 * What came of each record in a run, in 13 bytes, and 8 more where there are virtual addresses. Records are written in
 * their order; there may be more of them than were expected.
 */
export class OutcomeColumns {
  private kinds: Uint8Array;
  private numbers: Float64Array;
  /** For each record, how many calls up to it did not get what they asked for. */
  private failures: Uint32Array;
  /** Virtual addresses; made for the first one. */
  private addresses: BigUint64Array | undefined;
  private readonly objects = new Map<number, CallResult>();

  constructor(records: number) {
    this.kinds = new Uint8Array(records + 1);
    this.numbers = new Float64Array(records + 1);
    this.failures = new Uint32Array(records + 1);
  }

  /** Writes what came of a record's call. `failed`: it did not get what it asked for. */
  set(record: number, result: CallResult | undefined, failed: boolean): void {
    this.makeRoom(record);
    let kind = NOTHING;
    if (typeof result === 'number') {
      kind = NUMBER;
      this.numbers[record] = result;
    } else if (typeof result === 'bigint') {
      kind = ADDRESS;
      this.addresses ??= new BigUint64Array(this.kinds.length);
      this.addresses[record] = result;
    } else if (result === null) kind = NULL;
    else if (typeof result === 'boolean') kind = result ? YES : NO;
    else if (result !== undefined) {
      kind = OBJECT;
      this.objects.set(record, result);
    }
    this.kinds[record] = failed ? kind | FAILED : kind;
    this.failures[record] = (this.failures[record - 1] ?? 0) + (failed ? 1 : 0);
  }

  /** Says that the run did not carry out this record's call: it was left out, or orphaned. */
  skip(record: number): void {
    this.makeRoom(record);
    this.kinds[record] = SKIPPED;
    this.failures[record] = this.failures[record - 1] ?? 0;
  }

  /** The result of a record's call; undefined if there is none. */
  result(record: number): CallResult | undefined {
    switch ((this.kinds[record] ?? NOTHING) & KIND) {
      case NUMBER:
        return this.numbers[record] as CallResult;
      case NULL:
        return null;
      case NO:
        return false;
      case YES:
        return true;
      case ADDRESS:
        return (this.addresses?.[record] ?? 0n) as CallResult;
      case OBJECT:
        return this.objects.get(record);
      default:
        return undefined;
    }
  }

  /** Did the call not get what it asked for? */
  hasFailed(record: number): boolean {
    return ((this.kinds[record] ?? 0) & FAILED) !== 0;
  }

  /** How many calls up to this record, itself among them, did not get what they asked for. */
  failuresUpTo(record: number): number {
    return this.failures[record] ?? 0;
  }

  /** Was the record's call not carried out in this run? */
  isSkipped(record: number): boolean {
    return ((this.kinds[record] ?? 0) & SKIPPED) !== 0;
  }

  private makeRoom(record: number): void {
    if (record < this.kinds.length) return;
    const records = record * 2;
    this.kinds = grown(this.kinds, new Uint8Array(records));
    this.numbers = grown(this.numbers, new Float64Array(records));
    this.failures = grown(this.failures, new Uint32Array(records));
    if (this.addresses !== undefined) this.addresses = grown(this.addresses, new BigUint64Array(records));
  }
}

function grown<T extends { set(from: T): void }>(column: T, larger: T): T {
  larger.set(column);
  return larger;
}
