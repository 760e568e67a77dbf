import { Platform } from '@heaplay/core';
import type { HeapConfig, Machine } from '@heaplay/core';
import { FlatLists } from './flat-lists.ts';
import type { FrameTable } from './frame-table.ts';
import type { FlatDomain } from './flat-domain.ts';

/** A region of the boot allocator. */
export interface FlatRegion {
  start: number;
  end: number;
}

/** Everything about the flat heap. It is written in place: there is no way back to an earlier state. */
export class FlatState {
  readonly platform: Platform;
  readonly frames: FrameTable;
  readonly lists: FlatLists;
  readonly domains: Map<number, FlatDomain> = new Map();
  readonly nodeReady: boolean[];
  readonly nodeFree: number[];
  readonly needScrub: number[];
  readonly regions: FlatRegion[] = [];
  /** Where {@link nodesToTry} leaves its answer. */
  readonly order: number[];
  freePages = 0;
  dmaBits: number;
  xenheapBits = 0;
  active = false;
  virqs = 0;
  virqThreshold = 0;
  /** Infinity: never. */
  virqHigh: number = Infinity;
  virqOriginal = 0;
  virqOrder = 0;

  constructor(machine: Machine, config: HeapConfig, frames: FrameTable) {
    if (config.xen !== '4.23') throw new Error('the flat heap knows Xen 4.23 only');
    if (machine.frames > 2 ** 31) throw new Error('the flat heap holds no more than 8 TiB');
    this.platform = new Platform(machine, config);
    this.frames = frames;
    this.lists = new FlatLists(this.frames, this.platform.nodeLimit, this.platform.zones);
    this.nodeReady = new Array<boolean>(this.platform.nodeLimit).fill(false);
    this.nodeFree = new Array<number>(this.platform.nodeLimit).fill(0);
    this.needScrub = new Array<number>(this.platform.nodeLimit).fill(0);
    this.order = new Array<number>(this.platform.nodeLimit + 1).fill(0);
    this.dmaBits = config.dmaBits;
  }
}
