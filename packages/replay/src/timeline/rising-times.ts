import type { TraceTable } from '../trace/table.ts';

/**
 * When each record of a trace was made: the latest time that is known up to it, for records of several CPUs can be out
 * of order, and some have none. Worked out as far as somebody has asked, also while the trace grows.
 */
export class RisingTimes {
  private readonly table: TraceTable;
  private times = new Float64Array(0);
  private known = 0;

  constructor(table: TraceTable) {
    this.table = table;
  }

  /** In nanoseconds since the trace began; 0 for record 0, and as long as no time is known. */
  at(record: number): number {
    if (record > this.known) this.extend(Math.min(record, this.table.length));
    return this.times[record] ?? 0;
  }

  private extend(to: number): void {
    if (to >= this.times.length) {
      const times = new Float64Array(Math.max(this.table.length, to * 2) + 1);
      times.set(this.times);
      this.times = times;
    }
    let latest = this.times[this.known] ?? 0;
    for (let record = this.known + 1; record <= to; record++) {
      latest = Math.max(latest, this.table.atAt(record) ?? 0);
      this.times[record] = latest;
    }
    this.known = to;
  }
}
