import {
  NODE_ANY,
  NO_SCRUB,
  PAGE_SIZE,
  assertUnreachable,
  directMapAddress,
  directMapFrame,
  frameAtOrAfter,
  frameHolding,
  withFlags,
} from '@heaplay/core';
import type {
  AllocHeapPages,
  CallRecord,
  HeapCall,
  HeapReader,
  MfnRange,
  PhysicalAddress,
  VirtualAddress,
  Zone,
} from '@heaplay/core';
import { planBoot } from './boot-plan.ts';
import type { BootPlan, BootPlanOptions } from './boot-plan.ts';
import { isLayoutCall } from './layout-call.ts';
import type { LayoutCall } from './layout-call.ts';
import { AddressProvenance } from './address-provenance.ts';
import type { MappingEnd, MappingMaker } from './address-provenance.ts';
import { Provenance } from './provenance.ts';
import type { TargetFrame } from './provenance.ts';
import { changesLayout, sameSetup } from './reconfigure.ts';
import type { Setup } from './reconfigure.ts';
import { clip } from './ranges.ts';

/** The heaps of both runs. */
export interface PairedHeaps {
  readonly from: HeapReader;
  readonly to: HeapReader;
}

/** A call that makes a mapping which lasts until it is ended. */
type MappingMade = CallRecord<MappingMaker>;

/** What a recorded call becomes in the target. */
export interface RebasedCall {
  /** Calls by which start-up lays out the target, to be carried out first. */
  readonly layout: readonly HeapCall[];
  /** The call itself, or null: a layout call that was planned anew, or an orphaned call. */
  readonly call: HeapCall | null;
  /** It needs the pages of an allocation that failed in the target. */
  readonly orphaned: boolean;
}

/**
 * Reads a recorded run under another configuration. Layout calls are planned anew where the configuration changes
 * what start-up does; all other calls are kept, every frame read as "the k-th page of the allocation that returned it".
 *
 * The caller feeds {@link rebase} with the records in their order, carries out what comes back, and reports what
 * allocations returned on both sides with {@link allocated}.
 */
export class Rebaser {
  readonly from: Setup;
  /** The target, with what start-up chose itself filled in. */
  readonly to: Setup;
  /** Are the layout calls planned anew? */
  readonly planned: boolean;
  private readonly plan: BootPlan | undefined;
  private readonly provenance = new Provenance();
  private readonly addresses = new AddressProvenance();
  /** Where a mapping was seen is a fact of the recorded layout alone. */
  private readonly samePlaces: boolean;
  private phase: 'power-on' | 'boot' | 'ready' = 'power-on';

  /** Throws `BootPanic` if the machine does not boot with the target's layout. */
  constructor(from: Setup, to: Setup, options: BootPlanOptions = {}) {
    this.from = from;
    this.planned = changesLayout(from, to);
    this.samePlaces = sameSetup(from, to);
    this.plan = this.planned ? planBoot(to.machine, to.heap, options) : undefined;
    this.to = this.plan === undefined ? to : { machine: to.machine, heap: this.plan.heap };
  }

  /** What this call becomes in the target. `heaps`: both runs as they are before it. */
  rebase(record: CallRecord, heaps: PairedHeaps): RebasedCall {
    if (isLayoutCall(record)) {
      if (this.plan === undefined) return { layout: [], call: record, orphaned: false };
      return { layout: this.layOut(record, this.plan), call: null, orphaned: false };
    }
    const layout = record.type === 'alloc_boot_pages' ? [] : this.finishLayout();
    const call = this.use(record, heaps);
    return { layout, call, orphaned: call === null };
  }

  /** An allocation returned `mfn` in the recorded run, and `target` in the target (null: it failed), maybe of another order. */
  allocated(mfn: number, order: number, target: number | null, targetOrder: number = order): void {
    this.provenance.allocated(mfn, order, target, targetOrder);
  }

  /** The boot allocator handed out `pages` pages; in the target maybe another number of them. */
  allocatedAtBoot(mfn: number, pages: number, target: number | null, targetPages: number = pages): void {
    for (let page = 0; page < pages; page++)
      this.provenance.allocated(mfn + page, 0, target === null || page >= targetPages ? null : target + page);
  }

  /** A mapping call returned `va` in the recorded run, and `target` in the target (null: it did not come about). */
  mapped(record: MappingMade, va: VirtualAddress, target: VirtualAddress | null): void {
    const pages = record.type === 'vmap' ? record.mfns.length : 1;
    this.addresses.mapped(record.type, va, pages, record.cpu ?? 0, target);
  }

  /** A mapping was ended in the recorded run. */
  ended(record: CallRecord<MappingEnd>): void {
    this.addresses.ended(record.type, record.va, record.cpu ?? 0);
  }

  private layOut(record: LayoutCall, plan: BootPlan): readonly HeapCall[] {
    if (this.phase === 'ready') return this.givenLater(record);
    const before = this.phase === 'power-on' ? plan.before : [];
    this.phase = 'boot';
    return record.type === 'end_boot_allocator' ? [...before, ...this.finishLayout()] : before;
  }

  /** Ends the boot allocator, which a run that gave its memory to the heap directly never did. */
  private finishLayout(): readonly HeapCall[] {
    if (this.plan === undefined || this.phase !== 'boot') return [];
    this.phase = 'ready';
    return [{ type: 'end_boot_allocator' }, ...this.plan.after];
  }

  /** Memory given back after boot (modules, the start-up's own code): what the plan has not handed out already. */
  private givenLater(record: LayoutCall): HeapCall[] {
    if (record.type !== 'init_domheap_pages' && record.type !== 'init_xenheap_pages') return [];
    const { machine, heap } = this.to;
    let ranges: MfnRange[] = [[frameAtOrAfter(record.start), frameHolding(record.end)]];
    for (const [first, end] of [...machine.ram, ...(heap.xenHeap === null ? [] : [heap.xenHeap])]) {
      ranges = ranges.flatMap((range) => [...clip([range], 0, first), ...clip([range], end, Infinity)]);
    }
    return ranges
      .filter(([first, end]) => first < end)
      .map(([first, end]) => ({
        ...record,
        type: 'init_domheap_pages',
        start: (first * PAGE_SIZE) as PhysicalAddress,
        end: (end * PAGE_SIZE) as PhysicalAddress,
      }));
  }

  /** The call with the target's frames, or null if they are not there. */
  private use(record: Exclude<CallRecord, LayoutCall>, heaps: PairedHeaps): HeapCall | null {
    switch (record.type) {
      case 'free_xenheap_pages':
      case 'free_domheap_pages':
      case 'free_heap_pages':
      case 'assign_pages': {
        const target = this.provenance.findBlock(record.mfn, record.order);
        return target.kind === 'orphaned' ? null : { ...record, mfn: target.mfn, order: target.order };
      }
      case 'map_domain_page_global': {
        const target = this.provenance.find(record.mfn);
        return target.kind === 'orphaned' ? null : this.withoutPlace({ ...record, mfn: target.mfn });
      }
      case 'map_domain_page':
      case 'mfn_to_virt':
      case 'offline_page':
      case 'online_page':
      case 'query_page_offline': {
        const target = this.provenance.find(record.mfn);
        return target.kind === 'orphaned' ? null : { ...record, mfn: target.mfn };
      }
      case 'vmap': {
        const targets = record.mfns.map((mfn) => this.provenance.find(mfn));
        const found = targets.filter(
          (target): target is Exclude<TargetFrame, { kind: 'orphaned' }> => target.kind !== 'orphaned',
        );
        return found.length < targets.length
          ? null
          : this.withoutPlace({ ...record, mfns: found.map((target) => target.mfn) });
      }
      case 'alloc_heap_pages':
        return this.rebaseZones(record);
      case 'alloc_boot_pages':
      case 'alloc_domheap_pages':
      case 'alloc_xenheap_pages':
      case 'populate_physmap':
      case 'domain_create':
      case 'domain_kill':
      case 'domain_set_max_pages':
      case 'domain_set_node_affinity':
      case 'domain_set_outstanding_pages':
      case 'relinquish_memory':
      case 'heap_init_late':
      case 'set_system_state':
      case 'scrub_free_pages':
        return record;
      case 'unmap_domain_page':
      case 'unmap_domain_page_global':
      case 'vunmap': {
        const va = this.findAddress(record.va, record.cpu ?? 0, heaps, record.type);
        return va === null ? null : { ...record, va };
      }
      case 'virt_to_mfn':
      case 'access': {
        const va = this.findAddress(record.va, record.cpu ?? 0, heaps);
        return va === null ? null : { ...record, va };
      }
      default:
        return assertUnreachable(record);
    }
  }

  /**
   * An address in the target: a byte of the mapping that returned it, or of the frame that is always mapped there; null
   * if the target does not have that mapping or frame. A frame that can have no address in the target's direct map has
   * the null address, where every access faults. An address that nobody was given stays as it is.
   */
  private findAddress(
    va: VirtualAddress,
    cpu: number,
    { from, to }: PairedHeaps,
    end?: MappingEnd,
  ): VirtualAddress | null {
    const followed = this.addresses.find(va, cpu, end);
    if (followed !== undefined) return followed;
    const mfn = directMapFrame(from.platform, va);
    if (mfn === null) return va;
    const target = this.provenance.find(mfn);
    if (target.kind === 'orphaned') return null;
    const page = directMapAddress(to.platform, target.mfn);
    return (page === null ? 0n : page + (va % BigInt(PAGE_SIZE))) as VirtualAddress;
  }

  /** A mapping goes where the target puts it. */
  private withoutPlace<C extends CallRecord<'map_domain_page_global' | 'vmap'>>(record: C): C {
    if (this.samePlaces || record.result === undefined) return record;
    const { result: _, ...call } = record;
    return call as C;
  }

  /**
   * The core's own call names zones, which mean something else in another layout: zone 0 is the separate xen heap, and
   * the highest zone is "anywhere". A core recording does not tell xen heap from dom heap where both are one.
   */
  private rebaseZones(record: CallRecord<'alloc_heap_pages'>): AllocHeapPages {
    const [from, to] = [this.from.heap, this.to.heap];
    const fromTop = from.paddrBits - 12;
    const toTop = (to.paddrBits - 12) as Zone;
    const wasXenHeap = from.mode === 'separate-xenheap' && record.zoneHi === 0;
    if (wasXenHeap && to.mode !== 'separate-xenheap') {
      return {
        ...record,
        zoneLo: 1 as Zone,
        zoneHi: toTop,
        flags: withFlags(record.flags ?? 0, NO_SCRUB),
        node: record.node ?? NODE_ANY,
      };
    }
    const zoneHi = record.zoneHi >= fromTop ? toTop : (Math.min(record.zoneHi, toTop) as Zone);
    return { ...record, zoneHi };
  }
}
