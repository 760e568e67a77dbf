import { HEAD, FREE, NIL } from './frame-table.ts';
import type { FrameTable } from './frame-table.ts';

const ORDERS = 19;

/** The free lists of all nodes, zones and orders: heads and tails in typed arrays, links in the frame table. */
export class FlatLists {
  private readonly frames: FrameTable;
  private readonly zones: number;
  private readonly heads: Int32Array;
  private readonly tails: Int32Array;
  private readonly pages: Float64Array;
  /** A bit for each order that has a block. */
  private readonly masks: Int32Array;

  constructor(frames: FrameTable, nodes: number, zones: number) {
    this.frames = frames;
    this.zones = zones;
    this.heads = new Int32Array(nodes * zones * ORDERS).fill(NIL);
    this.tails = new Int32Array(nodes * zones * ORDERS).fill(NIL);
    this.pages = new Float64Array(nodes * zones);
    this.masks = new Int32Array(nodes * zones);
  }

  /** Free pages of a zone on a node. */
  zonePages(node: number, zone: number): number {
    return this.pages[node * this.zones + zone] as number;
  }

  /** Changes a zone's count of free pages. */
  addZonePages(node: number, zone: number, pages: number): void {
    const at = node * this.zones + zone;
    this.pages[at] = (this.pages[at] as number) + pages;
  }

  /** A bit for each order that has a free block in this zone. */
  orders(node: number, zone: number): number {
    return this.masks[node * this.zones + zone] as number;
  }

  /** First block of a list, or {@link NIL}. */
  first(node: number, zone: number, order: number): number {
    return this.heads[(node * this.zones + zone) * ORDERS + order] as number;
  }

  /** Last block of a list, or {@link NIL}. */
  last(node: number, zone: number, order: number): number {
    return this.tails[(node * this.zones + zone) * ORDERS + order] as number;
  }

  /** Makes `mfn` the head of a free block and puts it on its list: clean ones in front, dirty ones behind (BUDDY-3). */
  insert(node: number, zone: number, order: number, mfn: number, firstDirty: number): void {
    const { state, order: orders, firstDirty: dirt } = this.frames;
    state[mfn] = FREE | HEAD;
    orders[mfn] = order;
    dirt[mfn] = firstDirty;
    if (firstDirty === NIL) this.pushFirst(node, zone, order, mfn);
    else this.pushLast(node, zone, order, mfn);
  }

  /** Takes a block off its list; its pages stay free, it is no head any more. */
  remove(node: number, zone: number, order: number, mfn: number): void {
    const { previous, next, state } = this.frames;
    const list = (node * this.zones + zone) * ORDERS + order;
    const before = previous[mfn] as number;
    const after = next[mfn] as number;
    if (before === NIL) this.heads[list] = after;
    else next[before] = after;
    if (after === NIL) this.tails[list] = before;
    else previous[after] = before;
    state[mfn] = FREE;
    if (before === NIL && after === NIL) {
      const at = node * this.zones + zone;
      this.masks[at] = (this.masks[at] as number) & ~(1 << order);
    }
  }

  private pushFirst(node: number, zone: number, order: number, mfn: number): void {
    const { previous, next } = this.frames;
    const list = (node * this.zones + zone) * ORDERS + order;
    const first = this.heads[list] as number;
    previous[mfn] = NIL;
    next[mfn] = first;
    this.heads[list] = mfn;
    if (first === NIL) this.begin(node, zone, order, mfn);
    else previous[first] = mfn;
  }

  private pushLast(node: number, zone: number, order: number, mfn: number): void {
    const { previous, next } = this.frames;
    const list = (node * this.zones + zone) * ORDERS + order;
    const last = this.tails[list] as number;
    next[mfn] = NIL;
    previous[mfn] = last;
    if (last === NIL) this.begin(node, zone, order, mfn);
    else next[last] = mfn;
    this.tails[list] = mfn;
  }

  private begin(node: number, zone: number, order: number, mfn: number): void {
    const list = (node * this.zones + zone) * ORDERS + order;
    this.heads[list] = mfn;
    this.tails[list] = mfn;
    const at = node * this.zones + zone;
    this.masks[at] = (this.masks[at] as number) | (1 << order);
  }
}
