import type { Platform } from '../machine/platform.ts';
import type { WordMemory } from '../memory/word-memory.ts';
import type { AddressLayout } from './address-layout.ts';
import { LiveMappings } from './live-mappings.ts';
import { MapCache } from './map-cache.ts';
import { ownerOfDomain } from './mapping-layout.ts';
import type { MappingLayout } from './mapping-layout.ts';
import { SlotTable } from './slot-table.ts';
import { TlbClock } from './tlb-clock.ts';
import { PLENTIFUL, VmapRegion } from './vmap-region.ts';

/** What a reader sees of the address space. */
export interface AddressSpaceView {
  readonly live: Pick<
    LiveMappings,
    | 'count'
    | 'cpuAt'
    | 'directCpu'
    | 'directUses'
    | 'firstAtPage'
    | 'firstOfFrame'
    | 'isVmap'
    | 'mfnAt'
    | 'nextAtPage'
    | 'nextMapped'
    | 'nextOfFrame'
    | 'ownerOf'
    | 'pageOf'
    | 'vcpuAt'
    | 'vmapPlace'
    | 'windowPlace'
  >;
  readonly vmap: Pick<VmapRegion, 'low' | 'top' | 'ready' | 'sizeAt' | 'isTaken' | 'takenFrom'>;
  slots(cpu: number): Pick<SlotTable, 'block' | 'references'>;
  cache(
    owner: number,
  ): Pick<MapCache, 'cursor' | 'entry' | 'epoch' | 'isGarbage' | 'isInUse' | 'line' | 'slots' | 'vcpus'>;
}

/** What is mapped where: the vmap area, and the transient windows of CPUs or domains. */
export class AddressSpace implements AddressSpaceView {
  readonly live: LiveMappings;
  /** The vmap area. Its bitmap's pages are no pages of the heap (MAP-8). */
  readonly vmap: VmapRegion;
  private readonly memory: WordMemory;
  private readonly layout: MappingLayout;
  private readonly addresses: AddressLayout;
  private readonly clock: TlbClock;
  private readonly slotTables = new Map<number, SlotTable>();
  private readonly caches = new Map<number, MapCache>();

  constructor(memory: WordMemory, { machine, mappings, addresses }: Platform) {
    this.memory = memory;
    this.layout = mappings;
    this.addresses = addresses;
    this.live = new LiveMappings(memory, mappings, machine.frames);
    this.vmap = new VmapRegion(memory, mappings.vmap, addresses.vmapPages, PLENTIFUL);
    this.clock = new TlbClock(memory, mappings.clock);
  }

  /** The domain page slots of a CPU (MAP-2). */
  slots(cpu: number): SlotTable {
    let table = this.slotTables.get(cpu);
    if (table === undefined) {
      table = new SlotTable(this.memory, this.tablesOf(cpu), this.layout.warnings);
      this.slotTables.set(cpu, table);
    }
    return table;
  }

  /** The map cache of an owner: a domain, or callers without one (MAP-3). */
  cache(owner: number): MapCache {
    let cache = this.caches.get(owner);
    if (cache === undefined) {
      cache = new MapCache(this.memory, this.tablesOf(owner), this.clock);
      this.caches.set(owner, cache);
    }
    return cache;
  }

  /** Ends all mappings of a domain's map cache, and forgets it. */
  forgetDomain(domain: number): void {
    if (this.addresses.windowKind !== 'cache') return;
    const owner = ownerOfDomain(domain);
    const cache = this.cache(owner);
    for (let slot = 0; slot < cache.slots; slot++) {
      const place = this.live.windowPlace(owner, slot);
      while (this.live.count(place) > 0) this.live.unmap(place);
    }
    cache.reset();
  }

  private tablesOf(owner: number): number {
    return this.layout.owners + owner * this.layout.ownerRecords;
  }
}
