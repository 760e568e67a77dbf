/** Bits of the column `present`: which optional fields a record has, and its flags that are a bit themselves. */
export const HAS_AT = 1;
export const HAS_CPU = 2;
export const HAS_CALLER = 4;
export const HAS_FREE_BEFORE = 8;
export const HAS_VIRQS = 16;
export const HAS_DOMAIN = 32;
export const HAS_FLAGS = 64;
export const HAS_NODE = 128;
export const HAS_BITS = 256;
export const HAS_RESULT = 512;
/** The result is null. */
export const RESULT_NULL = 1024;
/** The optional number of the type is there: pages to free or scrub, a virtual CPU. */
export const HAS_NUMBER = 2048;
/** The boolean of the type is there: dirty, preempt, broken, write. */
export const HAS_SWITCH = 4096;
/** The boolean of the type is true. */
export const SWITCH_ON = 8192;
/** The record holds more than the columns do: it is kept as an object as well. */
export const IS_ODD = 16_384;

const FIRST_CAPACITY = 1024;
const GROWTH = 1.5;

/**
 * The columns of a trace in memory, 28 bytes a record, and 34 more for those that are there only if a record needs them.
 * What a column means depends on the type of the record; `TraceTable` knows. All are as long as `capacity`, or empty.
 */
export class TraceColumns {
  capacity = 0;
  /** Index of the type's name. */
  type: Uint8Array = new Uint8Array(0);
  present: Uint16Array = new Uint16Array(0);
  order: Uint8Array = new Uint8Array(0);
  flags: Uint8Array = new Uint8Array(0);
  node: Uint8Array = new Uint8Array(0);
  bits: Uint8Array = new Uint8Array(0);
  domain: Uint16Array = new Uint16Array(0);
  cpu: Uint16Array = new Uint16Array(0);
  /** The main number: an MFN, the start of a range, pages. */
  first: Float64Array = new Float64Array(0);
  result: Float64Array = new Float64Array(0);

  /** The second number: the end of a range, an alignment, a status. */
  second: Float64Array = new Float64Array(0);
  at: Float64Array = new Float64Array(0);
  freeBefore: Float64Array = new Float64Array(0);
  virqs: Uint32Array = new Uint32Array(0);
  /** Index of the caller's stack. */
  caller: Uint32Array = new Uint32Array(0);
  /** A virtual address, an argument or a result. */
  address: BigUint64Array = new BigUint64Array(0);

  /** Makes room for the record at `index`. */
  reserve(index: number): void {
    if (index < this.capacity) return;
    this.resize(Math.max(FIRST_CAPACITY, index + 1, Math.ceil(this.capacity * GROWTH)));
  }

  /** Gives back the room behind the first `length` records. */
  resize(length: number): void {
    this.capacity = length;
    this.type = resized(this.type, new Uint8Array(length));
    this.present = resized(this.present, new Uint16Array(length));
    this.order = resized(this.order, new Uint8Array(length));
    this.flags = resized(this.flags, new Uint8Array(length));
    this.node = resized(this.node, new Uint8Array(length));
    this.bits = resized(this.bits, new Uint8Array(length));
    this.domain = resized(this.domain, new Uint16Array(length));
    this.cpu = resized(this.cpu, new Uint16Array(length));
    this.first = resized(this.first, new Float64Array(length));
    this.result = resized(this.result, new Float64Array(length));
    if (this.second.length > 0) this.second = resized(this.second, new Float64Array(length));
    if (this.at.length > 0) this.at = resized(this.at, new Float64Array(length));
    if (this.freeBefore.length > 0) this.freeBefore = resized(this.freeBefore, new Float64Array(length));
    if (this.virqs.length > 0) this.virqs = resized(this.virqs, new Uint32Array(length));
    if (this.caller.length > 0) this.caller = resized(this.caller, new Uint32Array(length));
    if (this.address.length > 0) this.address = resized(this.address, new BigUint64Array(length));
  }

  /** Writes the column of that name, which comes into being now if nobody needed it before. */
  setSecond(index: number, value: number): void {
    if (this.second.length === 0) this.second = new Float64Array(this.capacity);
    this.second[index] = value;
  }

  /** As {@link setSecond}. */
  setAt(index: number, value: number): void {
    if (this.at.length === 0) this.at = new Float64Array(this.capacity);
    this.at[index] = value;
  }

  /** As {@link setSecond}. */
  setFreeBefore(index: number, value: number): void {
    if (this.freeBefore.length === 0) this.freeBefore = new Float64Array(this.capacity);
    this.freeBefore[index] = value;
  }

  /** As {@link setSecond}. */
  setVirqs(index: number, value: number): void {
    if (this.virqs.length === 0) this.virqs = new Uint32Array(this.capacity);
    this.virqs[index] = value;
  }

  /** As {@link setSecond}. */
  setCaller(index: number, value: number): void {
    if (this.caller.length === 0) this.caller = new Uint32Array(this.capacity);
    this.caller[index] = value;
  }

  /** As {@link setSecond}. */
  setAddress(index: number, value: bigint): void {
    if (this.address.length === 0) this.address = new BigUint64Array(this.capacity);
    this.address[index] = value;
  }

  /** The memory of the columns that are there. */
  get buffers(): ArrayBuffer[] {
    const { type, present, order, flags, node, bits, domain, cpu, first, result } = this;
    const { second, at, freeBefore, virqs, caller, address } = this;
    const columns = [type, present, order, flags, node, bits, domain, cpu, first, result];
    return [...columns, second, at, freeBefore, virqs, caller, address]
      .filter(({ length }) => length > 0)
      .map(({ buffer }) => buffer as ArrayBuffer);
  }

  /** Bytes that the columns take. */
  get byteLength(): number {
    return this.buffers.reduce((bytes, buffer) => bytes + buffer.byteLength, 0);
  }
}

interface Settable<A> {
  readonly length: number;
  set(values: A): void;
  subarray(start: number, end: number): A;
}

function resized<A extends Settable<A>>(from: A, to: A): A {
  to.set(from.subarray(0, to.length));
  return to;
}
