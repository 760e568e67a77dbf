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

/** A table as plain data, which may go to another thread. */
export interface PackedTable {
  readonly length: number;
  /** The columns by their names. */
  readonly columns: object;
  /** The records that are kept as objects, by their index. */
  readonly odd: readonly (readonly [index: number, record: TraceRecord])[];
  readonly callers: readonly (readonly string[])[];
  readonly texts: readonly string[];
}

const EMPTY: PackedTable = { length: 0, columns: new TraceColumns(), odd: [], callers: [], texts: [] };

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
  private readonly odd: Map<number, TraceRecord>;
  private readonly callers: Interned<readonly string[]>;
  private readonly texts: Interned<string>;
  private readonly store: RecordStore;
  private readonly rebuilder: RecordRebuilder;
  private count = 0;

  /** An empty table, or the one that was packed, whose columns are taken over. */
  constructor(packed: PackedTable = EMPTY) {
    Object.assign(this.columns, packed.columns);
    this.odd = new Map(packed.odd);
    this.callers = new Interned((stack) => JSON.stringify(stack), packed.callers);
    this.texts = new Interned((text) => text, packed.texts);
    this.store = new RecordStore(this.columns, this.callers, this.texts);
    this.rebuilder = new RecordRebuilder(this.columns, this.callers, this.texts);
    this.count = packed.length;
  }

  /** A table of these records. */
  static of(records: readonly TraceRecord[]): TraceTable {
    const table = new TraceTable();
    table.columns.resize(records.length);
    for (const record of records) table.append(record);
    return table;
  }

  /** The table as plain data. */
  pack(): PackedTable {
    const { columns, odd, callers, texts } = this;
    return { length: this.count, columns, odd: [...odd], callers: callers.all, texts: texts.all };
  }

  /** How many records there are. */
  get length(): number {
    return this.count;
  }

  /** Bytes that the columns take; the objects of odd records are not counted. */
  get byteLength(): number {
    return this.columns.byteLength;
  }

  /** The memory of the columns: what of a packed table can be given to another thread without a copy. */
  get buffers(): ArrayBuffer[] {
    return this.columns.buffers;
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
    if (this.has(number, IS_ODD)) return this.oddAt(index);
    const type = CALL_TYPES[this.columns.type[index] ?? 0];
    if (type === undefined)
      throw new InvariantError(`record ${number}, ${this.typeAt(number)}, is not kept as an object`);
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

  private oddAt(index: number): TraceRecord {
    const record = this.odd.get(index);
    if (record === undefined) throw new InvariantError(`record ${index + 1} should be kept as an object`);
    return record;
  }

  private has(number: number, bit: number): boolean {
    return ((this.columns.present[number - 1] ?? 0) & bit) !== 0;
  }

  private indexOf(number: number): number {
    if (number >= 1 && number <= this.count) return number - 1;
    throw new RangeError(`record ${number} is not there: the trace has records 1 to ${this.count}`);
  }
}
