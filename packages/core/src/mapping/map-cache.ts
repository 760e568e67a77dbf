import type { WordMemory } from '../memory/word-memory.ts';
import { RECORD_WORDS } from '../memory/word-page.ts';
import { hex, stop } from '../reducer/xen-stop.ts';
import { CPU_LIMIT } from '../units/ids.ts';
import { BitRanges, bitRangesRecords } from './bit-ranges.ts';
import { HASH_LINES, HASH_RECORDS, HashLines, lineOf } from './hash-lines.ts';
import type { HashLine } from './hash-lines.ts';
import type { TlbClock } from './tlb-clock.ts';
import { readWide, writeWide } from './wide-words.ts';

/** Slots that a domain's map cache has for each of its virtual CPUs. */
export const SLOTS_PER_VCPU = 16;

/** The frame number of all ones: that of an empty hash line. */
export const ALL_ONES = -1;

/** Slots of the largest map cache. */
export const MAP_CACHE_SLOTS: number = SLOTS_PER_VCPU * CPU_LIMIT;

// Where the parts of a map cache stand, counted from its first record.
const HEADER = 0;
const IN_USE: number = HEADER + 1;
const GARBAGE: number = IN_USE + bitRangesRecords(MAP_CACHE_SLOTS);
const SHADOWS: number = GARBAGE + bitRangesRecords(MAP_CACHE_SLOTS);
const ENTRIES: number = SHADOWS + CPU_LIMIT / RECORD_WORDS;
const LINES: number = ENTRIES + MAP_CACHE_SLOTS / 2;

/** Records that a domain's map cache needs. */
export const MAP_CACHE_RECORDS: number = LINES + HASH_RECORDS;

// Words of the header.
const CURSOR = 0;
const EPOCH = 1;
const STAMP = 2;
const VCPUS = 3;

/** What a call of {@link MapCache.map} did. */
export interface CacheMapped {
  readonly slot: number;
  /** The frame was in the hash (X86MAP-2). */
  readonly hit: boolean;
  /** The virtual CPU had not seen the newest epoch (X86MAP-4), and flushed its TLB for it. */
  readonly behind: boolean;
  readonly flushed: boolean;
  /** The search came to the end of the slots (X86MAP-6, X86MAP-9). */
  readonly wrapped: boolean;
  /** The hash line that gave up its slot (X86MAP-7); null: none. */
  readonly replaced: number | null;
}

/** What a call of {@link MapCache.unmap} did. */
export interface CacheUnmapped {
  /** The slot was the hash's own; entered an empty line; pushed an older idle slot out of its line; was discarded (X86MAP-10). */
  readonly how: 'kept' | 'inserted' | 'exchanged' | 'zapped';
  /** The slot that was pushed out; null: none. */
  readonly pushedOut: number | null;
}

/** The map cache of a domain on x86 (X86MAP-1 to X86MAP-13). */
export class MapCache {
  private readonly memory: WordMemory;
  private readonly first: number;
  private readonly clock: TlbClock;
  private readonly inUse: BitRanges;
  private readonly garbage: BitRanges;
  private readonly hash: HashLines;

  /** `first`: its first record, of {@link MAP_CACHE_RECORDS}. */
  constructor(memory: WordMemory, first: number, clock: TlbClock) {
    this.memory = memory;
    this.first = first;
    this.clock = clock;
    this.inUse = new BitRanges(memory, first + IN_USE, MAP_CACHE_SLOTS);
    this.garbage = new BitRanges(memory, first + GARBAGE, MAP_CACHE_SLOTS);
    this.hash = new HashLines(memory, first + LINES);
  }

  /** Virtual CPUs of the domain, as far as they are known. */
  get vcpus(): number {
    return this.header(VCPUS);
  }

  /** Slots of the map cache. */
  get slots(): number {
    return this.vcpus * SLOTS_PER_VCPU;
  }

  /** Where the search for a slot begins. */
  get cursor(): number {
    return this.header(CURSOR);
  }

  /** How often the search came to the end. */
  get epoch(): number {
    return this.header(EPOCH) >>> 0;
  }

  /** The domain has at least so many virtual CPUs: 16 slots for each. */
  grow(vcpus: number): void {
    if (vcpus > this.vcpus) this.setHeader(VCPUS, vcpus);
  }

  /** Is this slot taken: mapped, idle in a hash, or garbage? */
  isInUse(slot: number): boolean {
    return this.inUse.has(slot);
  }

  /** Was this slot given up, to be used again when the search wraps? */
  isGarbage(slot: number): boolean {
    return this.garbage.has(slot);
  }

  /** A line of a virtual CPU's hash; null if it is empty. */
  line(vcpu: number, index: number): HashLine | null {
    return this.hash.read(vcpu, index);
  }

  /** The frame that a slot's page-table entry names; 0 if it was zapped (X86MAP-12). */
  entry(slot: number): number {
    return readWide(this.memory, this.entryRecord(slot), (slot & 1) * 2);
  }

  /** Maps a frame for a virtual CPU that runs on `cpu`. Stops if there is no slot. */
  map(vcpu: number, cpu: number, mfn: number): CacheMapped {
    const index = lineOf(mfn);
    const line = this.line(vcpu, index);
    if (line === null && mfn === ALL_ONES) {
      stop('ASSERT', 'X86MAP-2', 'an empty hash line holds the frame number of all ones: it seems to be mapped');
    }
    if (line !== null && line.mfn === mfn) {
      this.hash.write(vcpu, index, { ...line, references: line.references + 1 });
      return { slot: line.slot, hit: true, behind: false, flushed: false, wrapped: false, replaced: null };
    }
    const behind = this.shadow(vcpu) !== this.epoch;
    const flushed = behind && this.catchUp(vcpu, cpu);
    const found = this.inUse.nextClear(this.cursor, this.slots);
    const wrapped = found === this.slots;
    const { slot, replaced } = wrapped ? this.wrap(vcpu, cpu, mfn) : { slot: found, replaced: null };
    this.inUse.assign(slot, slot + 1, true);
    this.setHeader(CURSOR, slot + 1);
    this.writeEntry(slot, mfn);
    return { slot, hit: false, behind, flushed, wrapped, replaced };
  }

  /** Ends a mapping of a slot for a virtual CPU (X86MAP-10). Stops if the slot is idle in its hash. */
  unmap(vcpu: number, slot: number): CacheUnmapped {
    const mfn = this.entry(slot);
    const index = lineOf(mfn);
    const line = this.line(vcpu, index);
    if (line !== null && line.slot === slot) {
      if (line.references === 0) {
        stop('ASSERT', 'X86MAP-10', `slot ${slot} of frame ${hex(mfn)} is unmapped more often than it was mapped`);
      }
      this.hash.write(vcpu, index, { ...line, references: line.references - 1 });
      return { how: 'kept', pushedOut: null };
    }
    if (line !== null && line.references > 0) {
      this.zap(slot);
      return { how: 'zapped', pushedOut: null };
    }
    if (line !== null) this.zap(line.slot);
    this.hash.write(vcpu, index, { mfn, slot, references: 0 });
    return line === null ? { how: 'inserted', pushedOut: null } : { how: 'exchanged', pushedOut: line.slot };
  }

  /** Forgets everything: the domain's successor has a map cache of its own. */
  reset(): void {
    for (const part of [this.inUse, this.garbage]) part.assign(0, this.slots, false);
    for (let slot = 0; slot < this.slots; slot++) this.writeEntry(slot, 0);
    for (let vcpu = 0; vcpu < this.vcpus; vcpu++) {
      for (let index = 0; index < HASH_LINES; index++) this.hash.write(vcpu, index, null);
      this.setShadow(vcpu, 0);
    }
    for (const word of [CURSOR, EPOCH, STAMP, VCPUS]) this.setHeader(word, 0);
  }

  /** Takes note of the newest epoch (X86MAP-4); true if that needed a flush. */
  private catchUp(vcpu: number, cpu: number): boolean {
    this.setShadow(vcpu, this.epoch);
    const stamp = this.header(STAMP) >>> 0;
    const needed = this.clock.flushedAt(cpu) <= stamp && stamp <= this.clock.now;
    if (needed) this.clock.flush(cpu);
    return needed;
  }

  /** Nothing is clear at the cursor or above (X86MAP-6 to X86MAP-9). */
  private wrap(vcpu: number, cpu: number, mfn: number): { slot: number; replaced: number | null } {
    const { slots } = this;
    this.reclaim(slots);
    let slot = this.inUse.nextClear(0, slots);
    let replaced: number | null = null;
    if (slot === slots) {
      const idle = this.hash.firstIdle(vcpu, mfn);
      if (idle === null) stop('BUG', 'X86MAP-8', `all ${slots} slots are taken, and virtual CPU ${vcpu} has none idle`);
      this.hash.write(vcpu, idle.index, null);
      ({ slot, index: replaced } = idle);
    }
    this.clock.flush(cpu);
    this.setHeader(EPOCH, this.epoch + 1);
    this.setShadow(vcpu, this.epoch);
    this.setHeader(STAMP, this.clock.now);
    return { slot, replaced };
  }

  /** Garbage may be used again. */
  private reclaim(slots: number): void {
    for (let at = this.garbage.nextSet(0, slots); at < slots; at = this.garbage.nextSet(at, slots)) {
      const end = this.garbage.nextClear(at, slots);
      this.inUse.assign(at, end, false);
      this.garbage.assign(at, end, false);
    }
  }

  private zap(slot: number): void {
    this.writeEntry(slot, 0);
    this.garbage.assign(slot, slot + 1, true);
  }

  private shadow(vcpu: number): number {
    return this.memory.get(this.first + SHADOWS + Math.floor(vcpu / RECORD_WORDS), vcpu % RECORD_WORDS) >>> 0;
  }

  private setShadow(vcpu: number, epoch: number): void {
    this.memory.put(this.first + SHADOWS + Math.floor(vcpu / RECORD_WORDS), vcpu % RECORD_WORDS, epoch);
  }

  private entryRecord(slot: number): number {
    return this.first + ENTRIES + (slot >>> 1);
  }

  private writeEntry(slot: number, mfn: number): void {
    writeWide(this.memory, this.entryRecord(slot), (slot & 1) * 2, mfn);
  }

  private header(word: number): number {
    return this.memory.get(this.first + HEADER, word);
  }

  private setHeader(word: number, value: number): void {
    this.memory.put(this.first + HEADER, word, value);
  }
}
