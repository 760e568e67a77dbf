/** What the header says, and the questions that it answers (ZONE, NUMA-1, OFF-1). */
import { naiveValid } from './pdx.ts';
import type { FrameRange, WireHeader } from './wire.ts';

export type Version = '4.23' | '4.17' | '4.6';
export type Mode = 'separate-xenheap' | 'direct-map-all' | 'direct-map-partial' | 'direct-map-on-demand';

function oneOf<T extends string>(value: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined) throw new Error(`unknown: ${value}`);
  return found;
}

function within(ranges: readonly FrameRange[], mfn: number): boolean {
  return ranges.some(([first, end]) => mfn >= first && mfn < end);
}

export class Config {
  readonly header: WireHeader;
  readonly version: Version;
  readonly mode: Mode;
  readonly separate: boolean;
  /** Older than dirty pages and in-idle scrubbing (VER-3). */
  readonly is46: boolean;
  /** A claim follows its domain's total (VER-1). */
  readonly oldClaims: boolean;
  readonly zones: number;
  readonly maxOrder: number;
  readonly frames: number;
  readonly onlineNodes: readonly number[];

  constructor(header: WireHeader) {
    this.header = header;
    this.version = oneOf<Version>(header.heap.xen, ['4.23', '4.17', '4.6']);
    this.mode = oneOf<Mode>(header.heap.mode, [
      'separate-xenheap',
      'direct-map-all',
      'direct-map-partial',
      'direct-map-on-demand',
    ]);
    this.separate = this.mode === 'separate-xenheap';
    this.is46 = this.version === '4.6';
    this.oldClaims = this.version !== '4.23';
    this.zones = header.heap.paddrBits - 12 + 1;
    this.maxOrder = header.heap.maxOrder;
    this.frames = header.machine.frames;
    this.onlineNodes = header.machine.nodes.map((node) => node.id).sort((a, b) => a - b);
  }

  /** ZONE-1. */
  zoneOf(mfn: number): number {
    if (this.separate && this.inXenHeap(mfn)) return 0;
    let zone = 1;
    for (let rest = Math.floor(mfn / 2); rest > 0; rest = Math.floor(rest / 2)) zone++;
    return zone;
  }

  /** ZONE-2. */
  bitsToZone(bits: number): number {
    return bits < 13 ? 1 : bits - 12;
  }

  /** NUMA-1. */
  nodeOf(mfn: number): number {
    for (const node of this.header.machine.nodes) {
      if (within(node.ranges, mfn)) return node.id;
    }
    return 0;
  }

  nodeOfCpu(cpu: number): number {
    return this.header.machine.cpus[cpu] ?? 0;
  }

  inXenHeap(mfn: number): boolean {
    const range = this.header.heap.xenHeap;
    return range !== null && mfn >= range[0] && mfn < range[1];
  }

  isRam(mfn: number): boolean {
    return within(this.header.machine.ram, mfn);
  }

  isReserved(mfn: number): boolean {
    return within(this.header.machine.reserved, mfn);
  }

  isValid(mfn: number): boolean {
    if (mfn < 0 || mfn >= this.frames) return false;
    if (oneOf(this.header.heap.pdx, ['none', 'mask']) === 'none') return true;
    const { arch, nodes, ram, reserved } = this.header.machine;
    if (arch === 'x86_64') {
      const ranges = nodes.flatMap((node) => node.ranges);
      return naiveValid(ranges, 0x10000, mfn);
    }
    const { xenHeap } = this.header.heap;
    return naiveValid([...ram, ...reserved, ...(xenHeap === null ? [] : [xenHeap])], 0x40000, mfn);
  }
}

/** Number of zero bits below the lowest set one; Infinity for 0. */
export function trailingZeros(value: number): number {
  if (value === 0) return Infinity;
  let zeros = 0;
  for (let rest = value; rest % 2 === 0; rest /= 2) zeros++;
  return zeros;
}

/** floor(log2(value)) for value >= 1. */
export function log2Floor(value: number): number {
  let log = 0;
  for (let rest = value; rest >= 2; rest = Math.floor(rest / 2)) log++;
  return log;
}

/** ceil(log2(value)) for value >= 1. */
export function log2Ceil(value: number): number {
  const floor = log2Floor(value);
  return 2 ** floor === value ? floor : floor + 1;
}
