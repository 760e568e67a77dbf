import type { Mfn } from '@heaplay/core';
import { viewOf } from './abi.ts';
import type { XenMemory } from './xen-memory.ts';

const PAGE_SHIFT = 12n;
/** No page: what an index of 32 bits says at the end of a list. */
const NO_PDX = 0xffff_ffff;

/** How this run of Xen numbers its frames: by record of the frame table, by address in the direct map. */
export class FrameNumbers {
  private readonly memory: XenMemory;
  private readonly firstPdx: bigint;
  private readonly directMapFirst: bigint;
  private readonly holeShift: bigint;
  private readonly bottomMask: bigint;
  private readonly topMask: bigint;

  private constructor(memory: XenMemory, values: readonly bigint[]) {
    const [firstPdx = 0n, directMapFirst = 0n, holeShift = 0n, bottomMask = 0n, topMask = 0n] = values;
    this.memory = memory;
    this.firstPdx = firstPdx;
    this.directMapFirst = directMapFirst;
    this.holeShift = holeShift;
    this.bottomMask = bottomMask;
    this.topMask = topMask;
  }

  /** Reads what there is to know once Xen has set up its frame table. */
  static async read(memory: XenMemory): Promise<FrameNumbers> {
    const { layout } = memory;
    const given = (value: number | string): Promise<bigint> =>
      typeof value === 'number' ? Promise.resolve(BigInt(value)) : memory.wordOf(value);
    const holeShift = await memory.numberOf('pfn_pdx_hole_shift', 4);
    return new FrameNumbers(memory, [
      await given(layout.firstPdx),
      await given(layout.directMapFirst),
      BigInt(holeShift),
      await memory.wordOf('pfn_pdx_bottom_mask'),
      await memory.wordOf('pfn_top_mask'),
    ]);
  }

  /** Are frame numbers squeezed? */
  get compressed(): boolean {
    return this.holeShift !== 0n;
  }

  /** The frame of a record of the frame table. */
  ofPage(page: bigint): Mfn {
    const { frameTable, pageInfoBytes } = this.memory.layout;
    return this.ofPdx((page - frameTable) / BigInt(pageInfoBytes) + this.firstPdx);
  }

  /** The frame at an address of the direct map or the xen heap. */
  ofXenHeapAddress(address: bigint): Mfn {
    return this.ofPdx(((address - this.memory.layout.directMap) >> PAGE_SHIFT) + this.directMapFirst);
  }

  private ofPdx(pdx: bigint): Mfn {
    if (this.holeShift === 0n) return Number(pdx) as Mfn;
    return Number((pdx & this.bottomMask) | ((pdx << this.holeShift) & this.topMask)) as Mfn;
  }

  /** Of the record of a free block: the page after it on its list, which begins and ends at `head`. */
  nextIn(record: Uint8Array, head: bigint): bigint | undefined {
    const { layout } = this.memory;
    if (layout.links === 'address') {
      const next = this.memory.wordIn(record, 0);
      return next === head ? undefined : next;
    }
    const next = viewOf(record).getUint32(0, true);
    if (next === NO_PDX) return undefined;
    return layout.frameTable + (BigInt(next) - this.firstPdx) * BigInt(layout.pageInfoBytes);
  }

  /** Of the record of a free block: the index of the first page that may be dirty, or null. */
  firstDirtyIn(record: Uint8Array): number | null {
    const { firstDirty, orders } = this.memory.layout;
    const mask = 2 ** orders - 1;
    const index = viewOf(record).getUint32(firstDirty, true) & mask;
    return index === mask ? null : index;
  }
}
