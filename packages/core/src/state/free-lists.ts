import { wordOffset } from '../memory/word-memory.ts';
import type { WordMemory } from '../memory/word-memory.ts';
import type { WordPage } from '../memory/word-page.ts';
import type { BlockMeta } from './block-record.ts';
import type { BlockTable } from './block-table.ts';
import { NIL } from './block-table.ts';

/** Records that a zone takes in the table of lists: one a possible order, and one for the zone itself. */
const ZONE_SLOTS = 32;
const ZONE_RECORD = 31;

/** Records that the table of lists needs: behind a node's zones stands one record for the node. */
export function listRecords(nodes: number, zones: number): number {
  return nodes * (zones + 1) * ZONE_SLOTS;
}

/**
 * The free lists of every node, zone and order (BUDDY-1), and each zone's count of free pages.
 *
 * A list record holds the first and the last head (MFN + 1) and the number of blocks: word 0 and 1 the low bits, word 2
 * bits 32–39 of both, word 3 the number. The links between blocks stand in the blocks' records. A zone's record holds
 * its free pages (words 0 and 1) and a bit for each order whose list is not empty (word 2); a node's record a bit for
 * each zone that has free pages (words 0 and 1). A search looks at nothing that is empty.
 */
export class FreeLists {
  private readonly memory: WordMemory;
  private readonly base: number;
  private readonly blocks: BlockTable;
  private readonly zones: number;

  constructor(memory: WordMemory, base: number, blocks: BlockTable, zones: number) {
    this.memory = memory;
    this.base = base;
    this.blocks = blocks;
    this.zones = zones;
  }

  /** Free pages of a zone on a node. */
  zonePages(node: number, zone: number): number {
    const record = this.zoneRecord(node, zone);
    return pagesOf(this.memory.read(record), wordOffset(record));
  }

  /** Changes a zone's count of free pages. */
  addZonePages(node: number, zone: number, pages: number): void {
    const record = this.zoneRecord(node, zone);
    const page = this.memory.page(record);
    const offset = wordOffset(record);
    const before = pagesOf(page.words, offset);
    const total = before + pages;
    this.memory.set(page, offset, total);
    this.memory.set(page, offset + 1, highBits(total));
    if (before > 0 !== total > 0) this.markZone(node, zone, total > 0);
  }

  /** The highest zone at or below this one that has free pages on a node; -1: none. */
  zoneAtOrBelow(node: number, zone: number): number {
    if (zone < 0) return -1;
    const record = this.nodeRecord(node);
    const words = this.memory.read(record);
    const offset = wordOffset(record);
    if (zone >= 32) {
      const upper = (words[offset + 1] as number) & (-1 >>> (63 - zone));
      if (upper !== 0) return 63 - Math.clz32(upper);
    }
    const lower = (words[offset] as number) & (-1 >>> (zone >= 31 ? 0 : 31 - zone));
    return lower === 0 ? -1 : 31 - Math.clz32(lower);
  }

  /** A bit for each order that has a free block in this zone. */
  orders(node: number, zone: number): number {
    return this.memory.get(this.zoneRecord(node, zone), 2);
  }

  /** The block at the head of a list, or {@link NIL}. */
  first(node: number, zone: number, order: number): number {
    const record = this.listRecord(node, zone, order);
    return firstOf(this.memory.read(record), wordOffset(record));
  }

  /** The block at the tail of a list, or {@link NIL}. */
  last(node: number, zone: number, order: number): number {
    const record = this.listRecord(node, zone, order);
    return lastOf(this.memory.read(record), wordOffset(record));
  }

  /** Number of blocks on a list. */
  length(node: number, zone: number, order: number): number {
    return this.memory.get(this.listRecord(node, zone, order), 3);
  }

  /** Writes a free block's record and puts it at the head of its list. */
  insertFirst(node: number, zone: number, order: number, mfn: number, meta: BlockMeta): void {
    const record = this.listRecord(node, zone, order);
    const page = this.memory.page(record);
    const offset = wordOffset(record);
    const first = firstOf(page.words, offset);
    this.blocks.writeLinked(mfn, order, meta, zone, NIL, first);
    if (first !== NIL) this.blocks.setPrevious(first, order, mfn);
    this.setEnds(page, offset, mfn, first === NIL ? mfn : lastOf(page.words, offset));
    this.grow(page, offset, node, zone, order);
  }

  /** Writes a free block's record and puts it at the tail of its list. */
  insertLast(node: number, zone: number, order: number, mfn: number, meta: BlockMeta): void {
    const record = this.listRecord(node, zone, order);
    const page = this.memory.page(record);
    const offset = wordOffset(record);
    const last = lastOf(page.words, offset);
    this.blocks.writeLinked(mfn, order, meta, zone, last, NIL);
    if (last !== NIL) this.blocks.setNext(last, order, mfn);
    this.setEnds(page, offset, last === NIL ? mfn : firstOf(page.words, offset), mfn);
    this.grow(page, offset, node, zone, order);
  }

  /** Moves the head of a list to its tail. */
  rotate(node: number, zone: number, order: number): void {
    const record = this.listRecord(node, zone, order);
    const page = this.memory.page(record);
    const offset = wordOffset(record);
    const first = firstOf(page.words, offset);
    const last = lastOf(page.words, offset);
    if (first === last) return;
    const second = this.blocks.next(first, order);
    this.blocks.setPrevious(second, order, NIL);
    this.blocks.setNext(last, order, first);
    this.blocks.setPrevious(first, order, last);
    this.blocks.setNext(first, order, NIL);
    this.setEnds(page, offset, second, first);
  }

  /** Takes a block out of its list, wherever it stands; its own links stay as they were. */
  remove(node: number, zone: number, order: number, mfn: number): void {
    const { blocks } = this;
    const before = blocks.previous(mfn, order);
    const after = blocks.next(mfn, order);
    if (before !== NIL) blocks.setNext(before, order, after);
    if (after !== NIL) blocks.setPrevious(after, order, before);
    const record = this.listRecord(node, zone, order);
    const page = this.memory.page(record);
    const offset = wordOffset(record);
    if (before === NIL) this.setEnds(page, offset, after, after === NIL ? NIL : lastOf(page.words, offset));
    else if (after === NIL) this.setEnds(page, offset, firstOf(page.words, offset), before);
    const length = (page.words[offset + 3] as number) - 1;
    this.memory.set(page, offset + 3, length);
    if (length === 0) this.markOrder(node, zone, order, false);
  }

  private setEnds(page: WordPage, offset: number, first: number, last: number): void {
    this.memory.set(page, offset, first + 1);
    this.memory.set(page, offset + 1, last + 1);
    const high = first < 0xffffffff && last < 0xffffffff ? 0 : highBits(first + 1) | (highBits(last + 1) << 8);
    this.memory.set(page, offset + 2, high);
  }

  private grow(page: WordPage, offset: number, node: number, zone: number, order: number): void {
    const length = (page.words[offset + 3] as number) + 1;
    this.memory.set(page, offset + 3, length);
    if (length === 1) this.markOrder(node, zone, order, true);
  }

  private markOrder(node: number, zone: number, order: number, present: boolean): void {
    const record = this.zoneRecord(node, zone);
    const mask = this.memory.get(record, 2);
    this.memory.put(record, 2, present ? mask | (1 << order) : mask & ~(1 << order));
  }

  private markZone(node: number, zone: number, present: boolean): void {
    const record = this.nodeRecord(node);
    const word = zone >>> 5;
    const bit = 1 << (zone & 31);
    const mask = this.memory.get(record, word);
    this.memory.put(record, word, present ? mask | bit : mask & ~bit);
  }

  private listRecord(node: number, zone: number, order: number): number {
    return this.base + (node * (this.zones + 1) + zone) * ZONE_SLOTS + order;
  }

  private zoneRecord(node: number, zone: number): number {
    return this.listRecord(node, zone, ZONE_RECORD);
  }

  private nodeRecord(node: number): number {
    return this.listRecord(node, this.zones, 0);
  }
}

function firstOf(words: readonly number[], offset: number): number {
  const low = words[offset] as number;
  const high = words[offset + 2] as number;
  // On most hosts every link is a small integer, and the arithmetic stays with these.
  return low >= 0 && high === 0 ? low - 1 : (low >>> 0) + (high & 0xff) * 0x100000000 - 1;
}

function lastOf(words: readonly number[], offset: number): number {
  const low = words[offset + 1] as number;
  const high = words[offset + 2] as number;
  return low >= 0 && high === 0 ? low - 1 : (low >>> 0) + (high >>> 8) * 0x100000000 - 1;
}

function pagesOf(words: readonly number[], offset: number): number {
  const low = words[offset] as number;
  const high = words[offset + 1] as number;
  return low >= 0 && high === 0 ? low : (low >>> 0) + high * 0x100000000;
}

function highBits(value: number): number {
  return value >= 0 && value <= 0xffffffff ? 0 : Math.floor(value / 0x100000000);
}
