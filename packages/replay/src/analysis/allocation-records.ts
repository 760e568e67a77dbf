import { MAX_ORDER, alignDown, largestOrderAt, orderPages } from '@heaplay/core';
import { isAllocation } from '../diff/call-class.ts';
import { atOnce } from '../timeline/stepwise.ts';
import type { Stepwise } from '../timeline/stepwise.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { symbolOf } from './stats.ts';

/** Records between two pauses. */
const PAUSE = 4096;

/** Allocations of one order: their blocks in units of their size, and their records. */
interface Column {
  readonly places: number[];
  readonly records: number[];
}

/** The same, to be searched. */
interface SortedColumn {
  readonly order: number;
  /** Records, rising. */
  readonly records: Uint32Array;
  /** Place times {@link stride} plus the index of its record, rising. */
  readonly keys: Float64Array;
  readonly stride: number;
}

/**
 * Which record allocated what is in use behind any record of a run. Only the run's calls and results are looked at, no
 * heap is replayed. An answer costs a bisection for each order that was ever allocated, wherever one is in the run.
 */
export class AllocationRecords {
  /** The last record that is known here: that of the timeline when this was made. */
  readonly length: number;
  /** The innermost symbols of all callers, those that allocated most first. */
  readonly callers: readonly string[];
  private readonly timeline: Timeline;
  private readonly columns: readonly SortedColumn[];
  private readonly callerOfStack: ReadonlyMap<readonly string[], number>;
  /** How many allocations of each column were made up to the record that was asked about last. */
  private readonly known: number[] = [];
  private knownRecord = -1;

  private constructor(timeline: Timeline, columns: readonly Column[], pages: ReadonlyMap<readonly string[], number>) {
    this.timeline = timeline;
    this.length = timeline.length;
    this.columns = columns.flatMap((column, order) => (column.places.length === 0 ? [] : sorted(order, column)));
    const bySymbol = new Map<string, number>();
    for (const [stack, allocated] of pages) {
      const symbol = symbolOf(stack[0]);
      bySymbol.set(symbol, (bySymbol.get(symbol) ?? 0) + allocated);
    }
    this.callers = [...bySymbol].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([symbol]) => symbol);
    const ranks = new Map(this.callers.map((symbol, rank) => [symbol, rank]));
    this.callerOfStack = new Map([...pages.keys()].map((stack) => [stack, ranks.get(symbolOf(stack[0])) ?? -1]));
  }

  /** Goes through the calls of a run, pausing on the way. */
  static *ofStepwise(timeline: Timeline): Stepwise<AllocationRecords> {
    const columns = Array.from({ length: MAX_ORDER + 1 }, (): Column => ({ places: [], records: [] }));
    const pages = new Map<readonly string[], number>();
    for (let record = 1; record <= timeline.length; record++) {
      if (record % PAUSE === 0) yield record;
      if (!isAllocationAt(timeline, record)) continue;
      const first = timeline.resultAt(record);
      if (typeof first !== 'number') continue;
      timeline.forEachCall(record, (call) => {
        if (!isAllocation(call.type) || !('order' in call)) return;
        const end = first + orderPages(call.order);
        // Of a block that is not aligned to its size (VER-2) the aligned parts.
        for (let at: number = first; at < end;) {
          const order = largestOrderAt(at, end, MAX_ORDER);
          const column = columns[order] as Column;
          column.places.push(at / orderPages(order));
          column.records.push(record);
          at += orderPages(order);
        }
        const stack = timeline.table.callerAt(record);
        if (stack !== undefined) pages.set(stack, (pages.get(stack) ?? 0) + orderPages(call.order));
      });
    }
    return new AllocationRecords(timeline, columns, pages);
  }

  /** The same at one go. */
  static of(timeline: Timeline): AllocationRecords {
    return atOnce(AllocationRecords.ofStepwise(timeline));
  }

  /**
   * The record of the allocation that a frame belongs to, which is in use behind `record`: of those that cover it the
   * newest. 0: none is known.
   */
  find(mfn: number, record: number): number {
    if (record !== this.knownRecord) this.lookFrom(record);
    let newest = 0;
    for (let at = 0; at < this.columns.length; at++) {
      const column = this.columns[at] as SortedColumn;
      const found = findIn(column, alignDown(mfn, column.order) / orderPages(column.order), this.known[at] as number);
      if (found > newest) newest = found;
    }
    return newest;
  }

  /** The place of a record's caller in {@link callers}; -1: the trace does not say who called. */
  callerOf(record: number): number {
    const stack = this.timeline.table.callerAt(record);
    return stack === undefined ? -1 : (this.callerOfStack.get(stack) ?? -1);
  }

  private lookFrom(record: number): void {
    this.columns.forEach(({ records }, at) => (this.known[at] = upperBound(records, record)));
    this.knownRecord = record;
  }
}

function isAllocationAt({ table }: Timeline, record: number): boolean {
  return !table.isObservationAt(record) && isAllocation(table.typeAt(record) as Parameters<typeof isAllocation>[0]);
}

function sorted(order: number, { places, records }: Column): SortedColumn {
  const stride = places.length + 1;
  const keys = Float64Array.from(places, (place, at) => place * stride + at).sort();
  return { order, records: Uint32Array.from(records), keys, stride };
}

/** The newest record among the first `known` of a column that allocated the block at a place; 0: none. */
function findIn({ keys, records, stride }: SortedColumn, place: number, known: number): number {
  if (known === 0) return 0;
  const at = upperBound(keys, place * stride + known - 1) - 1;
  if (at < 0) return 0;
  const index = (keys[at] as number) - place * stride;
  return index < 0 ? 0 : (records[index] as number);
}

/** How many of rising numbers are at most `limit`. */
function upperBound(numbers: Float64Array | Uint32Array, limit: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] as number) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
