import {
  CALL_TYPES,
  type DomainId,
  type HeapCall,
  InvariantError,
  type MemFlags,
  type Mfn,
  NODE_ANY,
  type NodeId,
  OBSERVATION_TYPES,
  type Order,
  isCallType,
} from '@heaplay/core';
import { Interned } from './interned.ts';
import { isObservation } from './record-kind.ts';
import {
  HAS_AT,
  HAS_CALLER,
  HAS_DOMAIN,
  HAS_NODE,
  HAS_RESULT,
  IS_ODD,
  RESULT_NULL,
  TraceColumns,
} from './table-columns.ts';
import { RecordRebuilder } from './table-rebuild.ts';
import { RecordStore } from './table-store.ts';
import type { RecordType, TraceRecord } from './trace-record.ts';

/** The types of records in the order of their codes. */
export const TYPE_BY_CODE: readonly RecordType[] = [...CALL_TYPES, ...OBSERVATION_TYPES];

const CODE_BY_TYPE: ReadonlyMap<RecordType, number> = new Map(TYPE_BY_CODE.map((type, code) => [type, code]));
const CALL_CODES = CALL_TYPES.length;

/** The code of a type: its place in {@link TYPE_BY_CODE}. */
export function codeOfType(type: RecordType): number {
  return CODE_BY_TYPE.get(type) ?? -1;
}

/**
 * The records of a trace as columns of numbers: some 30 bytes each instead of some 300 for an object.
 * What does not fit a column (observations, lists, `x-` keys) is kept as the object that it was.
 * Records are counted from 1, here as everywhere.
 */
export class TraceTable {
  private readonly columns = new TraceColumns();
  private readonly odd = new Map<number, TraceRecord>();
  private readonly callers = new Interned<readonly string[]>((stack) => JSON.stringify(stack));
  private readonly texts = new Interned<string>((text) => text);
  private readonly store = new RecordStore(this.columns, this.callers, this.texts);
  private readonly rebuilder = new RecordRebuilder(this.columns, this.callers, this.texts);
  private count = 0;

  /** How many records there are. */
  get length(): number {
    return this.count;
  }

  /** Bytes that the columns take; the objects of odd records are not counted. */
  get byteLength(): number {
    return this.columns.byteLength;
  }

  /** How many records are kept as objects. */
  get oddRecords(): number {
    return this.odd.size;
  }

  /** Appends a record, which must not be changed any more. Returns its number. */
  append(record: TraceRecord): number {
    const index = this.count;
    this.columns.reserve(index);
    this.count += 1;
    this.columns.type[index] = codeOfType(record.type);
    const present = isObservation(record) ? IS_ODD : this.store.store(index, record);
    this.columns.present[index] = present;
    if ((present & IS_ODD) !== 0) this.odd.set(index, record);
    return this.count;
  }

  /** Gives back room that is not used: nothing more will be appended for a while. */
  trim(): void {
    this.columns.resize(this.count);
  }

  /** The record of a number, equal to the one that was appended. */
  record(number: number): TraceRecord {
    const index = this.indexOf(number);
    const odd = this.odd.get(index);
    if (odd !== undefined) return odd;
    const type = this.typeAt(number);
    if (!isCallType(type)) throw new InvariantError(`record ${number}, ${type}, is not kept as an object`);
    return this.rebuilder.record(index, type);
  }

  /** The call of a number with all that the record says about it, or undefined if somebody looked. */
  callAt(number: number): HeapCall | undefined {
    const record = this.record(number);
    return isObservation(record) ? undefined : record;
  }

  /** All records of some numbers, the last included. */
  *records(first = 1, last: number = this.count): Generator<TraceRecord, void, undefined> {
    for (let number = first; number <= last; number += 1) yield this.record(number);
  }

  /** The type of a record. */
  typeAt(number: number): RecordType {
    return TYPE_BY_CODE[this.codeAt(number)] ?? 'observe_digest';
  }

  /** The code of a record's type. */
  codeAt(number: number): number {
    return this.columns.type[this.indexOf(number)] ?? 0;
  }

  /** Did somebody only look? */
  isObservationAt(number: number): boolean {
    return this.codeAt(number) >= CALL_CODES;
  }

  /** The order that a call names; 0 if it names none. */
  orderAt(number: number): Order {
    return (this.columns.order[number - 1] ?? 0) as Order;
  }

  /** The MFN that a call names, or the other number that stands in its place: the start of a range, pages. 0 if there is none. */
  mfnAt(number: number): Mfn {
    return (this.columns.first[number - 1] ?? 0) as Mfn;
  }

  /** The domain that a call names; undefined if it names none. */
  domainAt(number: number): DomainId | undefined {
    return this.has(number, HAS_DOMAIN) ? ((this.columns.domain[number - 1] ?? 0) as DomainId) : undefined;
  }

  /** The flags of a call; none if it has none. */
  flagsAt(number: number): MemFlags {
    return (this.columns.flags[number - 1] ?? 0) as MemFlags;
  }

  /** The node that a call asks for; 255 if any will do. */
  nodeAt(number: number): NodeId {
    return this.has(number, HAS_NODE) ? ((this.columns.node[number - 1] ?? 0) as NodeId) : NODE_ANY;
  }

  /** The CPU of a record. */
  cpuAt(number: number): number {
    return this.columns.cpu[number - 1] ?? 0;
  }

  /** When, in nanoseconds since the trace began; undefined if that was not recorded. */
  atAt(number: number): number | undefined {
    return this.has(number, HAS_AT) ? this.columns.at[number - 1] : undefined;
  }

  /** The caller's stack; undefined if it was not recorded. */
  callerAt(number: number): readonly string[] | undefined {
    return this.has(number, HAS_CALLER) ? this.callers.at(this.columns.caller[number - 1] ?? 0) : undefined;
  }

  /** The result, if it is a number (true is 1, false 0); null for null; undefined for any other, or none. */
  numberResultAt(number: number): number | null | undefined {
    if (!this.has(number, HAS_RESULT)) return undefined;
    return this.has(number, RESULT_NULL) ? null : this.columns.result[number - 1];
  }

  private has(number: number, bit: number): boolean {
    return ((this.columns.present[number - 1] ?? 0) & bit) !== 0;
  }

  private indexOf(number: number): number {
    if (number >= 1 && number <= this.count) return number - 1;
    throw new RangeError(`record ${number} is not there: the trace has records 1 to ${this.count}`);
  }
}
