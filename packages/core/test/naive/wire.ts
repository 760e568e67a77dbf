/**
 * What a trace line looks like, as far as the naive model reads it. The lines are parsed JSON and
 * nothing more: no schema, no branded units, so that a mistake in the product's own decoder cannot
 * hide here as well (trace-format.md is the only source).
 */

/** `[first, end)` in frames. */
export type FrameRange = readonly [number, number];

/** Line 1 of a trace, as far as the model needs it. */
export interface WireHeader {
  readonly machine: {
    readonly arch: string;
    readonly frames: number;
    readonly ram: readonly FrameRange[];
    readonly nodes: readonly { readonly id: number; readonly ranges: readonly FrameRange[] }[];
    readonly cpus: readonly number[];
    readonly reserved: readonly FrameRange[];
  };
  readonly heap: {
    readonly xen: string;
    readonly mode: string;
    readonly paddrBits: number;
    readonly maxOrder: number;
    readonly directMapEnd: number | null;
    readonly xenHeap: FrameRange | null;
    readonly xenheapMaxMfn: number | null;
    readonly dmaBits: number;
    readonly dmaBitsDefault: number;
    readonly bootScrub: string;
    readonly scrubDomheap: boolean;
    readonly lowMemVirq: number | null;
    readonly badPages: readonly FrameRange[];
    readonly nodeHeapPages: number;
    readonly debug: boolean;
    readonly pdx: string;
  };
}

/** A call or an observation: one of the further lines. */
export interface WireRecord {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** How the real allocator stops. */
export type BugKind = 'BUG' | 'ASSERT' | 'PANIC' | 'FAULT';

/** What a call came to. */
export interface Outcome {
  readonly result?: unknown;
  readonly virqs: number;
  readonly bug: BugKind | null;
}

/** The allocator stops: thrown by the model where the real one would crash. */
export class Stop extends Error {
  readonly kind: BugKind;

  constructor(kind: BugKind, why: string) {
    super(`${kind}: ${why}`);
    this.kind = kind;
  }
}

/** A number that must be there. */
export function numberOf(record: WireRecord, key: string): number {
  const value = record[key];
  if (typeof value !== 'number') throw new Error(`${record.type}: ${key} is not a number`);
  return value;
}

/** A number that may be missing. */
export function optionalNumber(record: WireRecord, key: string): number | undefined {
  return record[key] === undefined ? undefined : numberOf(record, key);
}

/** A physical address: a hex string on the wire. */
export function addressOf(record: WireRecord, key: string): number {
  const value = record[key];
  if (typeof value !== 'string') throw new Error(`${record.type}: ${key} is not an address`);
  return Number(value);
}
