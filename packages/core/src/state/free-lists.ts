import { wordOffset } from '../memory/word-memory.ts';
import type { WordMemory } from '../memory/word-memory.ts';
import type { BlockTable } from './block-table.ts';
import { NIL } from './block-table.ts';

/** Records that a zone takes in the table of lists: one a possible order, and one for the zone itself. */
const ZONE_SLOTS = 32;
const ZONE_RECORD = 31;

/** Records that the table of lists needs. */
export function listRecords(nodes: number, zones: number): number {
  return nodes * zones * ZONE_SLOTS;
}

/**
 * The free lists of every node, zone and order (BUDDY-1), and each zone's count of free pages.
 *
 * A list record holds the first and the last head (MFN + 1) and the number of blocks: word 0 and 1 the low bits, word 2
 * bits 32–39 of both, word 3 the number. The links between blocks stand in the blocks' records. A zone's record holds
 * its free pages (words 0 and 1) and a bit for each order whose list is not empty (word 2): a search looks at those only.
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
    const words = this.memory.read(record);
    const offset = wordOffset(record);
    return ((words[offset] as number) >>> 0) + (words[offset + 1] as number) * 0x100000000;
  }

  /** Changes a zone's count of free pages. */
  addZonePages(node: number, zone: number, pages: number): void {
    const record = this.zoneRecord(node, zone);
    const total = this.zonePages(node, zone) + pages;
    const page = this.memory.page(record);
    const offset = wordOffset(record);
    this.memory.set(page, offset, total);
    this.memory.set(page, offset + 1, Math.floor(total / 0x100000000));
  }

  /** A bit for each order that has a free block in this zone. */
  orders(node: number, zone: number): number {
    return this.memory.get(this.zoneRecord(node, zone), 2);
  }

  /** The block at the head of a list, or {@link NIL}. */
  first(node: number, zone: number, order: number): number {
    const record = this.listRecord(node, zone, order);
    const words = this.memory.read(record);
    const offset = wordOffset(record);
    return ((words[offset] as number) >>> 0) + ((words[offset + 2] as number) & 0xff) * 0x100000000 - 1;
  }

  /** The block at the tail of a list, or {@link NIL}. */
  last(node: number, zone: number, order: number): number {
    const record = this.listRecord(node, zone, order);
    const words = this.memory.read(record);
    const offset = wordOffset(record);
    return ((words[offset + 1] as number) >>> 0) + ((words[offset + 2] as number) >>> 8) * 0x100000000 - 1;
  }

  /** Number of blocks on a list. */
  length(node: number, zone: number, order: number): number {
    return this.memory.get(this.listRecord(node, zone, order), 3);
  }

  /** Puts a block at the head of its list. */
  pushFirst(node: number, zone: number, order: number, mfn: number): void {
    const first = this.first(node, zone, order);
    this.blocks.setPrevious(mfn, order, NIL);
    this.blocks.setNext(mfn, order, first);
    if (first === NIL) this.setEnds(node, zone, order, mfn, mfn, 1);
    else {
      this.blocks.setPrevious(first, order, mfn);
      this.setEnds(node, zone, order, mfn, this.last(node, zone, order), 1);
    }
  }

  /** Puts a block at the tail of its list. */
  pushLast(node: number, zone: number, order: number, mfn: number): void {
    const last = this.last(node, zone, order);
    this.blocks.setNext(mfn, order, NIL);
    this.blocks.setPrevious(mfn, order, last);
    if (last === NIL) this.setEnds(node, zone, order, mfn, mfn, 1);
    else {
      this.blocks.setNext(last, order, mfn);
      this.setEnds(node, zone, order, this.first(node, zone, order), mfn, 1);
    }
  }

  /** Takes a block out of its list, wherever it stands; its own links stay as they were. */
  remove(node: number, zone: number, order: number, mfn: number): void {
    const before = this.blocks.previous(mfn, order);
    const after = this.blocks.next(mfn, order);
    if (before !== NIL) this.blocks.setNext(before, order, after);
    if (after !== NIL) this.blocks.setPrevious(after, order, before);
    const first = before === NIL ? after : this.first(node, zone, order);
    const last = after === NIL ? before : this.last(node, zone, order);
    this.setEnds(node, zone, order, first, last, -1);
  }

  private setEnds(node: number, zone: number, order: number, first: number, last: number, more: number): void {
    const record = this.listRecord(node, zone, order);
    const page = this.memory.page(record);
    const offset = wordOffset(record);
    const length = (page.words[offset + 3] as number) + more;
    this.memory.set(page, offset, first + 1);
    this.memory.set(page, offset + 1, last + 1);
    this.memory.set(
      page,
      offset + 2,
      Math.floor((first + 1) / 0x100000000) | (Math.floor((last + 1) / 0x100000000) << 8),
    );
    this.memory.set(page, offset + 3, length);
    if (length === 0 || (length === 1 && more === 1)) {
      const zoneRecord = this.zoneRecord(node, zone);
      const mask = this.memory.get(zoneRecord, 2);
      this.memory.put(zoneRecord, 2, length === 0 ? mask & ~(1 << order) : mask | (1 << order));
    }
  }

  private listRecord(node: number, zone: number, order: number): number {
    return this.base + (node * this.zones + zone) * ZONE_SLOTS + order;
  }

  private zoneRecord(node: number, zone: number): number {
    return this.base + (node * this.zones + zone) * ZONE_SLOTS + ZONE_RECORD;
  }
}
