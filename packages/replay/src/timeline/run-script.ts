import type { CallRecord, HeapCall } from '@heaplay/core';
import { isObservation } from '../trace/record-kind.ts';
import type { TraceTable } from '../trace/table.ts';

/** The calls that a run makes at each record of its trace: under another configuration they are not the recorded ones. */
export interface RunScript {
  /** Calls `visit` for every call that the run makes at a record, in order: none, one, or some. */
  forEachCall(record: number, visit: (call: HeapCall) => void): void;
}

/** The run as it was recorded. */
export class RecordedScript implements RunScript {
  private readonly table: TraceTable;

  constructor(table: TraceTable) {
    this.table = table;
  }

  forEachCall(record: number, visit: (call: HeapCall) => void): void {
    const call = this.table.callAt(record);
    if (call !== undefined) visit(call);
  }
}

/** A run that was worked out from a recorded one, written down as it is carried out. */
export class DerivedScript implements RunScript {
  private readonly calls: TraceTable;
  /** For each record, how many calls were made up to its end. */
  private ends: Uint32Array;

  /** `calls` grows as the run goes on. */
  constructor(calls: TraceTable, records: number) {
    this.calls = calls;
    this.ends = new Uint32Array(records + 1);
  }

  /** The calls of a record, which is the one behind the last one that was written. */
  write(record: number, calls: readonly HeapCall[]): void {
    // A call is a record that says nothing of when and by whom.
    for (const call of calls) this.calls.append(call as CallRecord);
    if (record >= this.ends.length) {
      const { ends } = this;
      this.ends = new Uint32Array(record * 2);
      this.ends.set(ends);
    }
    this.ends[record] = this.calls.length;
  }

  forEachCall(record: number, visit: (call: HeapCall) => void): void {
    const end = this.ends[record] ?? 0;
    for (let at = (this.ends[record - 1] ?? 0) + 1; at <= end; at++) {
      const call = this.calls.record(at);
      if (!isObservation(call)) visit(call);
    }
  }
}
