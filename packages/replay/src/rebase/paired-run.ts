import { isMappingCall } from '@heaplay/core';
import type { CallRecord, HeapCall, HeapReader, MappingCall, Outcome, Probe, VirtualAddress } from '@heaplay/core';
import { isAllocation } from '../diff/call-class.ts';
import { ReplaySession } from '../replay/replay-session.ts';
import { Rebaser } from './rebase.ts';
import type { Setup } from './reconfigure.ts';

/** What to make of a record before it is replayed: another one, or nothing (null). */
export type EditRecord = (record: CallRecord, number: number) => CallRecord | null;

/** Looks at a call that the target is about to carry out, with the heap before it. */
export type WatchCall = (call: HeapCall, heap: HeapReader) => void;

/** How to carry out a run on both sides. */
export interface PairedRunOptions {
  readonly edit?: EditRecord | undefined;
  /** A target that is watched goes on behind a call that stops Xen, as if it had not been made. */
  readonly watch?: WatchCall;
  /** Who watches the calls being carried out, on each side. */
  readonly probes?: { readonly a?: Probe; readonly b?: Probe };
}

/** A call that the target carried out, and what came of it. */
export interface CarriedOut {
  readonly call: HeapCall;
  readonly outcome: Outcome;
  /** Pages that were free in the whole heap when the call began. */
  readonly freePagesBefore: number;
}

/** What came of a record on both sides. */
export interface PairedStep {
  readonly recorded: Outcome;
  /** Calls by which start-up lays out the target, carried out before the record's own. */
  readonly layout: readonly CarriedOut[];
  /** The record's call in the target; null if it was left out, planned anew, or orphaned. */
  readonly target: CarriedOut | null;
  /** It needs pages of an allocation, or a domain, that the target does not have. */
  readonly orphaned: boolean;
}

/**
 * A recorded run, and beside it the same calls under another configuration, or with some of them changed. Every frame
 * of the recorded run is read as "the k-th page of the allocation that returned it".
 */
export class PairedRun {
  readonly a: ReplaySession;
  readonly b: ReplaySession;
  private readonly rebaser: Rebaser;
  private readonly edit: EditRecord | undefined;
  private readonly watch: WatchCall | undefined;
  private stopped = false;

  /** Throws `BootPanic` if the machine does not boot with the target's layout. */
  constructor(from: Setup, to: Setup, { edit, watch, probes }: PairedRunOptions = {}) {
    this.rebaser = new Rebaser(from, to);
    this.edit = edit;
    this.watch = watch;
    this.a = ReplaySession.powerOn(from.machine, from.heap, probes?.a);
    this.b = ReplaySession.powerOn(this.to.machine, this.to.heap, probes?.b);
  }

  /** The target, with what start-up chose itself filled in. */
  get to(): Setup {
    return this.rebaser.to;
  }

  /** Are the layout calls planned anew? */
  get planned(): boolean {
    return this.rebaser.planned;
  }

  /** Carries out a record on both sides. Where the target has stopped, only the recorded run goes on. */
  step(record: CallRecord, number: number): PairedStep {
    const edited = this.edit === undefined ? record : this.edit(record, number);
    const heaps = { from: this.a.heap, to: this.b.heap };
    const rebased = edited === null ? null : this.rebaser.rebase(edited, heaps);
    const recorded = this.a.apply(record);
    const layout = (rebased?.layout ?? []).flatMap((call) => this.carryOut(call) ?? []);
    const call = rebased?.call ?? null;
    const homeless = call !== null && this.lacksDomain(call);
    const target = call === null || homeless ? null : this.carryOut(call);
    this.follow(record, recorded, target);
    return { recorded, layout, target, orphaned: homeless || (rebased?.orphaned ?? false) };
  }

  /** Is it a call for a domain that the target never created? */
  private lacksDomain(call: HeapCall): boolean {
    if (this.edit === undefined || call.type === 'domain_create') return false;
    const domain = 'domain' in call ? call.domain : undefined;
    // A call may name a domain that nobody saw come into being.
    if (domain === undefined || this.a.heap.readDomain(domain) === undefined) return false;
    return this.b.heap.readDomain(domain) === undefined;
  }

  private carryOut(call: HeapCall): CarriedOut | null {
    if (this.stopped) return null;
    this.watch?.(call, this.b.heap);
    const freePagesBefore = this.b.heap.totals.freePages;
    const outcome = this.b.apply(call);
    this.stopped = outcome.bug !== null && this.watch === undefined;
    return { call, outcome, freePagesBefore };
  }

  /** Keeps which frames and addresses of one run stand for which of the other. */
  private follow(record: CallRecord, recorded: Outcome, target: CarriedOut | null): void {
    const { result } = recorded;
    if (isMappingCall(record)) {
      this.followMapping(record, result, target);
      return;
    }
    if (typeof result !== 'number') return;
    if (record.type === 'alloc_boot_pages') {
      const pages = target?.call.type === 'alloc_boot_pages' ? target.call.pages : record.pages;
      this.rebaser.allocatedAtBoot(result, record.pages, target === null ? null : frameOf(target), pages);
    } else if (isAllocation(record.type) && 'order' in record) {
      const order = target !== null && 'order' in target.call ? target.call.order : record.order;
      this.rebaser.allocated(result, record.order, target === null ? null : frameOf(target), order);
    }
  }

  private followMapping(
    record: CallRecord<MappingCall['type']>,
    result: Outcome['result'],
    target: CarriedOut | null,
  ): void {
    switch (record.type) {
      case 'map_domain_page':
      case 'map_domain_page_global':
      case 'vmap':
        if (typeof result === 'bigint') this.rebaser.mapped(record, result, addressOf(target));
        break;
      case 'unmap_domain_page':
      case 'unmap_domain_page_global':
      case 'vunmap':
        this.rebaser.ended(record);
        break;
      default:
        break;
    }
  }
}

/** The address that a call returned; null if it returned none. */
function addressOf(target: CarriedOut | null): VirtualAddress | null {
  const result = target?.outcome.result;
  return typeof result === 'bigint' ? result : null;
}

/** The first frame that a call allocated; null if none. */
function frameOf({ call, outcome }: CarriedOut): number | null {
  const allocates = call.type === 'alloc_boot_pages' || isAllocation(call.type);
  return allocates && typeof outcome.result === 'number' ? outcome.result : null;
}
