import { pageInfo } from '@heaplay/core';
import type { CallType, HeapCall, HeapReader, Mfn, Outcome, Platform } from '@heaplay/core';
import { OpenAllocations, allocatedPages } from '../otel/open-allocations.ts';
import type { OpenAllocation } from '../otel/open-allocations.ts';
import type { TraceTable } from '../trace/table.ts';
import type { CallerTable } from './caller-texts.ts';
import type { RowOf } from './table-schema.ts';

interface Lifetime extends OpenAllocation {
  /** Nanoseconds since the trace began; null if that is not known. */
  readonly at: number | null;
  readonly heap: 'xen' | 'dom' | 'boot';
  /** The call, if it does not stand in the trace: what does is looked up again, for there may be many at once. */
  readonly planned: HeapCall | null;
}

/** When pages were freed, and by whom. */
export interface FreeMoment {
  readonly record: number;
  readonly at: number | null;
  readonly call: CallType;
  readonly caller: readonly string[] | undefined;
}

/** When something was allocated. */
export interface AllocationMoment {
  readonly record: number;
  readonly at: number | null;
  readonly planned: boolean;
}

/** Follows allocations from where they are made to where their last page is freed. */
export class Lifetimes {
  private readonly table: TraceTable;
  private readonly platform: Platform;
  private readonly callers: CallerTable;
  private readonly allocations = new OpenAllocations<Lifetime>();

  constructor(table: TraceTable, platform: Platform, callers: CallerTable) {
    this.table = table;
    this.platform = platform;
    this.callers = callers;
  }

  /** A call was carried out, and may have allocated something. `heap` is as it is behind it. */
  begin(call: HeapCall, { result }: Outcome, { record, at, planned }: AllocationMoment, heap: HeapReader): void {
    const pages = allocatedPages(call);
    if (pages === 0 || typeof result !== 'number') return;
    const isXen = call.type !== 'alloc_boot_pages' && pageInfo(heap, result).xenHeap;
    this.allocations.add({
      record,
      mfn: result as Mfn,
      pages,
      held: pages,
      at,
      heap: call.type === 'alloc_boot_pages' ? 'boot' : isXen ? 'xen' : 'dom',
      planned: planned ? call : null,
    });
  }

  /** Blocks were freed: the allocations that came to their end with it. */
  free(blocks: readonly (readonly [mfn: number, order: number])[], moment: FreeMoment): RowOf<'allocations'>[] {
    const ended: RowOf<'allocations'>[] = [];
    for (const [mfn, order] of blocks) {
      for (const lifetime of this.allocations.free(mfn, order)) {
        if (lifetime.held <= 0) ended.push(this.row(lifetime, moment));
      }
    }
    return ended;
  }

  /** The allocations that are there, in the order in which they were made. */
  *open(): Generator<RowOf<'allocations'>> {
    for (const lifetime of this.allocations) yield this.row(lifetime, null);
  }

  /** The record that allocated the block in use at a frame; null if none is known. */
  recordOf(mfn: number): number | null {
    return this.allocations.find(mfn)?.record ?? null;
  }

  private row(lifetime: Lifetime, freed: FreeMoment | null): RowOf<'allocations'> {
    const { record, mfn, pages, held, at, heap, planned } = lifetime;
    const read = this.table.record(record);
    const call = planned ?? read;
    const freedAt = freed?.at ?? null;
    return {
      record,
      at_ns: at,
      freed_record: freed?.record ?? null,
      freed_at_ns: freedAt,
      lifetime_ns: at === null || freedAt === null ? null : freedAt - at,
      page_order: 'order' in call ? call.order : null,
      pages,
      held_pages: held,
      mfn,
      node: this.platform.nodeOf(mfn),
      zone: this.platform.zoneOf(mfn),
      domain: 'domain' in call ? (call.domain ?? null) : null,
      heap,
      call: call.type,
      ...this.callers.textsOf(planned === null ? read.caller : undefined),
      freed_by: freed?.call ?? null,
      freed_by_symbol: this.callers.textsOf(freed?.caller).symbol,
    };
  }
}
