import type { WordMemory } from '../memory/word-memory.ts';
import { BitRanges } from './bit-ranges.ts';
import { HEADS_PER_RECORD, PLACE_RECORDS } from './mapping-layout.ts';
import type { MappingLayout } from './mapping-layout.ts';
import { readWide, writeWide } from './wide-words.ts';

/** No place: the end of a chain. A place's number is that of its first record, which is never 0. */
export const NO_PLACE = 0;

// A place's records: what is mapped there and by whom; neighbours in the chain of its frame; those of its address.
const WHAT = 0;
const OF_FRAME = 1;
const OF_ADDRESS = 2;

// Words of the first.
const FRAME = 0;
const COUNT = 2;
const MAKER = 3;

// Words of the others.
const NEXT = 0;
const PREVIOUS = 2;

// Words of a frame's record.
const FIRST = 0;
const TRANSIENT = 2;
const PERMANENT = 3;
const CPU_SHIFT = 16;

/**
 * Every page of the address space that is mapped on purpose: the frame, how often, and who mapped it last. Kept by
 * *place*, a page of the vmap area or of somebody's transient window; found by address, and by frame. All mappings of a
 * frame hang on a chain, the newest first, and so do those of one address, which means something else to each CPU or
 * domain. Uses of the direct map are counted with the frame.
 *
 * Frames beyond the frame table (devices) share one chain.
 */
export class LiveMappings {
  private readonly memory: WordMemory;
  private readonly layout: MappingLayout;
  /** Where the frame table ends; the record there is that of all frames beyond. */
  private readonly frames: number;
  private readonly mapped: BitRanges;

  /** `frames`: where the frame table ends. */
  constructor(memory: WordMemory, layout: MappingLayout, frames: number) {
    this.memory = memory;
    this.layout = layout;
    this.frames = frames;
    this.mapped = new BitRanges(memory, layout.mapped, frames + 1);
  }

  /** The place of a page of the vmap area. */
  vmapPlace(page: number): number {
    return this.layout.vmapPlaces + page * PLACE_RECORDS;
  }

  /** The place of a page in the transient window of a CPU or a domain. */
  windowPlace(owner: number, page: number): number {
    const { owners, ownerRecords, ownerPlaces } = this.layout;
    return owners + owner * ownerRecords + ownerPlaces + page * PLACE_RECORDS;
  }

  /** Is this place one of the vmap area's? */
  isVmap(place: number): boolean {
    return place < this.layout.owners;
  }

  /** The page of a place in the vmap area, or in its owner's window. */
  pageOf(place: number): number {
    const { vmapPlaces, owners, ownerRecords, ownerPlaces } = this.layout;
    const first = this.isVmap(place) ? vmapPlaces : owners + this.ownerOf(place) * ownerRecords + ownerPlaces;
    return (place - first) / PLACE_RECORDS;
  }

  /** The CPU or domain in whose window a place lies. */
  ownerOf(place: number): number {
    return Math.floor((place - this.layout.owners) / this.layout.ownerRecords);
  }

  /** How often a place was mapped and not unmapped. */
  count(place: number): number {
    return this.memory.get(place + WHAT, COUNT);
  }

  /** The frame that is mapped at a place. */
  mfnAt(place: number): number {
    return readWide(this.memory, place + WHAT, FRAME);
  }

  /** The CPU that mapped it last. */
  cpuAt(place: number): number {
    return this.memory.get(place + WHAT, MAKER) & 0xffff;
  }

  /** The virtual CPU that mapped it last; of a map cache. */
  vcpuAt(place: number): number {
    return this.memory.get(place + WHAT, MAKER) >>> CPU_SHIFT;
  }

  /** The newest mapping on the chain of a frame, or {@link NO_PLACE}. */
  firstOfFrame(mfn: number): number {
    const record = this.recordOf(mfn);
    return (this.memory.get(record, FIRST + 1) & 0xffff) * 2 ** 32 + (this.memory.get(record, FIRST) >>> 0);
  }

  /** The next older mapping on the chain of its frame. */
  nextOfFrame(place: number): number {
    return readWide(this.memory, place + OF_FRAME, NEXT);
  }

  /** The newest mapping on a page of the transient window, whoever made it. */
  firstAtPage(page: number): number {
    return readWide(this.memory, this.headOf(page), (page % HEADS_PER_RECORD) * 2);
  }

  /** The next older mapping on the same page of the transient window. */
  nextAtPage(place: number): number {
    return readWide(this.memory, place + OF_ADDRESS, NEXT);
  }

  /** How often the frame's address in the direct map was handed out and not given back. */
  directUses(mfn: number, permanent: boolean): number {
    return this.memory.get(this.recordOf(mfn), permanent ? PERMANENT : TRANSIENT);
  }

  /** The CPU that was handed the frame's address in the direct map last, for a moment. */
  directCpu(mfn: number): number {
    return this.memory.get(this.recordOf(mfn), FIRST + 1) >>> CPU_SHIFT;
  }

  /** The first frame of `[from, end)` that anybody maps, or -1; the end of the frame table stands for all beyond. */
  nextMapped(from: number, end: number): number {
    const limit = Math.min(end, this.frames + 1);
    const found = this.mapped.nextSet(from, limit);
    return found < limit ? found : -1;
  }

  /** A place is mapped once more; to the same frame, if it was mapped already. */
  map(place: number, mfn: number, cpu: number, vcpu: number): void {
    const count = this.count(place);
    this.memory.put(place + WHAT, COUNT, count + 1);
    this.memory.put(place + WHAT, MAKER, cpu | (vcpu << CPU_SHIFT));
    if (count > 0) return;
    writeWide(this.memory, place + WHAT, FRAME, mfn);
    this.insert(place, OF_FRAME, this.firstOfFrame(mfn));
    this.setFirstOfFrame(mfn, place);
    if (this.isVmap(place)) return;
    const page = this.pageOf(place);
    this.insert(place, OF_ADDRESS, this.firstAtPage(page));
    this.setFirstAtPage(page, place);
  }

  /** One mapping less at a place, which has one. */
  unmap(place: number): void {
    const count = this.count(place);
    this.memory.put(place + WHAT, COUNT, count - 1);
    if (count > 1) return;
    const mfn = this.mfnAt(place);
    this.remove(place, OF_FRAME, (next) => this.setFirstOfFrame(mfn, next));
    if (!this.isVmap(place)) {
      const page = this.pageOf(place);
      this.remove(place, OF_ADDRESS, (next) => this.setFirstAtPage(page, next));
    }
    writeWide(this.memory, place + WHAT, FRAME, 0);
    this.memory.put(place + WHAT, MAKER, 0);
  }

  /** The frame's address in the direct map is handed out. */
  useDirect(mfn: number, permanent: boolean, cpu: number): void {
    const record = this.recordOf(mfn);
    const word = permanent ? PERMANENT : TRANSIENT;
    this.memory.put(record, word, this.memory.get(record, word) + 1);
    if (!permanent) this.setDirectCpu(mfn, cpu);
    this.noteMapped(mfn);
  }

  /** It is given back; nothing happens if it was not handed out. */
  releaseDirect(mfn: number, permanent: boolean): void {
    const uses = this.directUses(mfn, permanent);
    if (uses === 0) return;
    this.memory.put(this.recordOf(mfn), permanent ? PERMANENT : TRANSIENT, uses - 1);
    if (!permanent && uses === 1) this.setDirectCpu(mfn, 0);
    this.noteMapped(mfn);
  }

  private insert(place: number, chain: number, first: number): void {
    writeWide(this.memory, place + chain, NEXT, first);
    if (first !== NO_PLACE) writeWide(this.memory, first + chain, PREVIOUS, place);
  }

  private remove(place: number, chain: number, setFirst: (next: number) => void): void {
    const next = readWide(this.memory, place + chain, NEXT);
    const previous = readWide(this.memory, place + chain, PREVIOUS);
    if (previous === NO_PLACE) setFirst(next);
    else writeWide(this.memory, previous + chain, NEXT, next);
    if (next !== NO_PLACE) writeWide(this.memory, next + chain, PREVIOUS, previous);
    writeWide(this.memory, place + chain, NEXT, NO_PLACE);
    writeWide(this.memory, place + chain, PREVIOUS, NO_PLACE);
  }

  private setFirstOfFrame(mfn: number, place: number): void {
    const record = this.recordOf(mfn);
    const cpu = this.memory.get(record, FIRST + 1) & ~0xffff;
    this.memory.put(record, FIRST, place);
    this.memory.put(record, FIRST + 1, cpu | Math.floor(place / 2 ** 32));
    this.noteMapped(mfn);
  }

  private setDirectCpu(mfn: number, cpu: number): void {
    const record = this.recordOf(mfn);
    this.memory.put(record, FIRST + 1, (this.memory.get(record, FIRST + 1) & 0xffff) | (cpu << CPU_SHIFT));
  }

  private setFirstAtPage(page: number, place: number): void {
    writeWide(this.memory, this.headOf(page), (page % HEADS_PER_RECORD) * 2, place);
  }

  private headOf(page: number): number {
    return this.layout.windowHeads + Math.floor(page / HEADS_PER_RECORD);
  }

  private recordOf(mfn: number): number {
    return this.layout.frames + Math.min(mfn, this.frames);
  }

  private noteMapped(mfn: number): void {
    const isMapped =
      this.firstOfFrame(mfn) !== NO_PLACE || this.directUses(mfn, false) > 0 || this.directUses(mfn, true) > 0;
    const index = Math.min(mfn, this.frames);
    this.mapped.assign(index, index + 1, isMapped);
  }
}
