import type { VmapBacking } from '../../src/mapping/vmap-region.ts';
import { VmapRegion, vmapRecords } from '../../src/mapping/vmap-region.ts';
import { VmapArea, pageAddress } from '../../src/mapping/vmap-area.ts';
import type { PlacedRegion } from '../../src/mapping/vmap-area.ts';
import type { VirtualAddress } from '../../src/units/mfn.ts';
import type { GoldenSequence } from './golden.ts';
import { scratchMemory } from './scratch-memory.ts';

type Event = readonly [name: string, ...rest: readonly unknown[]];

const FAULTS: ReadonlySet<string> = new Set(['alloc_failed', 'map_failed']);

/** Frames that the stubbed page sources hand out next. */
const FIRST_FRAMES = { boot: 0x1000, domheap: 0x200000 };

/** Carries the operations of a vmap sequence out, faults injected, and gives them back with the model's answers. */
export class VmapReplay {
  private readonly regions: (PlacedRegion | undefined)[] = [];
  private readonly area = new VmapArea(this.regions);
  private readonly next = { ...FIRST_FRAMES };
  private source: 'boot' | 'domheap' = 'boot';
  private faults: Event[] = [];
  private events: Event[] = [];

  /** The operations as the model answers them. */
  run({ ops }: GoldenSequence): unknown[] {
    return ops.map((op) => this.carryOut(op));
  }

  private carryOut(op: readonly unknown[]): readonly unknown[] {
    const last = op.at(-1);
    this.faults = op[0] !== 'end' && Array.isArray(last) ? (last as Event[]).filter(([name]) => FAULTS.has(name)) : [];
    this.events = [];
    const answer = this.answer(op);
    return this.events.length === 0 ? answer : [...answer, this.events];
  }

  private answer(op: readonly unknown[]): readonly unknown[] {
    switch (op[0]) {
      case 'state':
        this.source = op[1] === 'active' ? 'domheap' : 'boot';
        return op;
      case 'init': {
        const [name, type, from, to] = op as readonly [string, number, string, string];
        const start = BigInt(from) as VirtualAddress;
        const pages = Number((BigInt(to) - start) / 4096n);
        const backing = this.backing(start);
        const region = new VmapRegion(scratchMemory(vmapRecords(pages)), 0, pages, backing);
        region.init();
        this.regions[type] = { start, region, backing };
        return [name, type, from, to, region.low, region.top, region.pages];
      }
      case 'v': {
        const [name, pages] = op as readonly [string, number];
        return [name, pages, text(this.area.map(1, pages, 1, 0))];
      }
      case 'V': {
        const [name, granularity, count, align, type] = op as readonly [string, number, number, number, number];
        return [name, granularity, count, align, type, text(this.area.map(granularity, count, align, type))];
      }
      case 'u': {
        const [name, at] = op as readonly [string, string];
        const va = BigInt(`0x${at}`) as VirtualAddress;
        const pages = this.area.unmap(va);
        return [name, at, pages, ...(pages === 0 && va !== 0n ? ['warn'] : [])];
      }
      case 'z': {
        const [name, at] = op as readonly [string, string];
        return [name, at, this.area.find(BigInt(`0x${at}`) as VirtualAddress)?.pages ?? 0];
      }
      case 'end':
        return [
          'end',
          this.regions.flatMap((placed, type) =>
            placed === undefined ? [] : [[type, placed.region.low, placed.region.top, placed.region.pages]],
          ),
        ];
      default:
        throw new Error(`unknown operation ${JSON.stringify(op)}`);
    }
  }

  private backing(start: VirtualAddress): VmapBacking {
    let taken: number | null = null;
    return {
      takePage: () => {
        if (this.faults[0]?.[0] === 'alloc_failed') {
          this.events.push(...this.faults.splice(0, 1));
          return false;
        }
        taken = this.next[this.source]++;
        return true;
      },
      giveBack: () => {
        this.events.push(['bitmap_page_freed', `0x${(taken ?? 0).toString(16)}`, this.source]);
        taken = null;
      },
      map: (page, pages) => {
        const [fault] = this.faults;
        if (
          fault?.[0] === 'map_failed' &&
          fault[2] === pages &&
          BigInt(String(fault[1])) === pageAddress(start, page)
        ) {
          this.events.push(...this.faults.splice(0, 1));
          return false;
        }
        if (taken !== null) this.noteBitmapPage(pageAddress(start, page), taken);
        taken = null;
        return true;
      },
      prepare: (page, pages) => {
        this.events.push(['populate_pt', `0x${pageAddress(start, page).toString(16)}`, pages]);
      },
    };
  }

  /** Pages that follow each other are told as one. */
  private noteBitmapPage(va: VirtualAddress, mfn: number): void {
    const last = this.events.at(-1);
    if (last?.[0] === 'bitmap_page') {
      const [name, first, count, firstMfn, source] = last as readonly [string, string, number, string, string];
      const follows = BigInt(first) + BigInt(count) * 4096n === va && Number(firstMfn) + count === mfn;
      if (follows && source === this.source) {
        this.events[this.events.length - 1] = [name, first, count + 1, firstMfn, source];
        return;
      }
    }
    this.events.push(['bitmap_page', `0x${va.toString(16)}`, 1, `0x${mfn.toString(16)}`, this.source]);
  }
}

function text(va: VirtualAddress | null): string {
  return va === null ? '0' : va.toString(16);
}
