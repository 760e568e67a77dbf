import { isAllocation } from '../diff/call-class.ts';
import { OpenAllocations } from '../otel/open-allocations.ts';
import type { OpenAllocation } from '../otel/open-allocations.ts';
import type { Stepwise } from '../timeline/stepwise.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { orderPages } from '@heaplay/core';
import type { CallType, Mfn } from '@heaplay/core';
import { CallerColumns } from './caller-columns.ts';
import type { CallerFigures } from './caller-columns.ts';

interface Held extends OpenAllocation {
  readonly stack: number;
  /** What was held when it was written down last. */
  written: number;
}

/** Pages that the allocator allocated or freed. */
type Change = readonly [mfn: number, order: number, frees: boolean];

/**
 * Who held how much memory behind any record of a run, and who had asked for how much up to it, by the stacks of the
 * callers. Made by going through the run once; to ask it costs as much as there are stacks. A row for each allocation
 * and for each allocation that a free touches, whatever their orders.
 */
export class CallerIndex {
  private readonly columns = new CallerColumns();
  private readonly known = new Map<string, number>();
  private readonly byArray = new Map<readonly string[], number>();
  private readonly callers: (readonly string[])[] = [[]];

  private constructor() {
    this.known.set('', 0);
  }

  /** The stacks of callers, innermost first; the first one is empty: the trace does not say who called. */
  get stacks(): readonly (readonly string[])[] {
    return this.callers;
  }

  /** Goes through a run once, pausing on the way. */
  static *ofStepwise(timeline: Timeline): Stepwise<CallerIndex> {
    const index = new CallerIndex();
    const open = new OpenAllocations<Held>();
    const changes: Change[] = [];
    yield* timeline.walkStepwise(
      0,
      timeline.length,
      (record) => {
        index.count(timeline, record);
        for (const [mfn, order, frees] of changes) {
          if (frees) index.free(open, record, mfn, order);
          else index.allocate(open, record, mfn, order, index.stackOf(timeline, record));
        }
        changes.length = 0;
        return true;
      },
      {
        onAllocate: (mfn, order) => changes.push([mfn, order, false]),
        onFree: (mfn, order) => changes.push([mfn, order, true]),
      },
    );
    return index;
  }

  /** The figures behind a record, by the places of {@link stacks}. */
  at(record: number): CallerFigures {
    return this.columns.at(record, this.callers.length);
  }

  private count(timeline: Timeline, record: number): void {
    const { table } = timeline;
    if (table.isObservationAt(record) || timeline.isSkipped(record)) return;
    if (!isAllocation(table.typeAt(record) as CallType)) return;
    const pages = typeof timeline.resultAt(record) === 'number' ? orderPages(table.orderAt(record)) : 0;
    this.columns.addCall(record, this.stackOf(timeline, record), pages, timeline.hasFailed(record));
  }

  private allocate(open: OpenAllocations<Held>, record: number, mfn: number, order: number, stack: number): void {
    const pages = orderPages(order);
    open.add({ record, mfn: mfn as Mfn, pages, held: pages, stack, written: pages });
    this.columns.addPages(record, stack, pages);
  }

  private free(open: OpenAllocations<Held>, record: number, mfn: number, order: number): void {
    for (const allocation of open.free(mfn, order)) {
      this.columns.addPages(record, allocation.stack, allocation.held - allocation.written);
      allocation.written = allocation.held;
    }
  }

  private stackOf({ table }: Timeline, record: number): number {
    const caller = table.callerAt(record) ?? table.record(record).caller;
    if (caller === undefined) return 0;
    const found = this.byArray.get(caller);
    if (found !== undefined) return found;
    const text = caller.join('\n');
    const stack = this.known.get(text) ?? this.callers.push(caller) - 1;
    this.known.set(text, stack);
    this.byArray.set(caller, stack);
    return stack;
  }
}
