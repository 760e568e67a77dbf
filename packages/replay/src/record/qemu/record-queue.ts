import type { TraceHeader } from '../../trace/header.ts';
import type { TraceRecord } from '../../trace/trace-record.ts';
import type { RecordingSink } from './recording.ts';

/** The place of a record in the order of the calls. */
export interface Slot {
  record: TraceRecord | undefined;
  settled: boolean;
}

/** Holds records back until their results are there, and those before them: a trace has calls in the order of their beginning. */
export class RecordQueue {
  private readonly sink: RecordingSink;
  private readonly slots: Slot[] = [];
  private begun = false;

  constructor(sink: RecordingSink) {
    this.sink = sink;
  }

  /** Has the header been passed on? */
  get hasBegun(): boolean {
    return this.begun;
  }

  /** Records that wait. */
  get length(): number {
    return this.slots.length;
  }

  /** Passes on the header, and lets go of what has waited for it. */
  async begin(header: TraceHeader): Promise<void> {
    await this.sink.begin(header);
    this.begun = true;
    this.flush();
  }

  /** A call that has begun. */
  add(record: TraceRecord): Slot {
    const slot = { record, settled: false };
    this.slots.push(slot);
    return slot;
  }

  /** A record that is whole. */
  tell(record: TraceRecord): void {
    this.slots.push({ record, settled: true });
    this.flush();
  }

  /** A call has returned. */
  settle(slot: Slot, outcome: object): void {
    slot.record = { ...slot.record, ...outcome } as TraceRecord;
    slot.settled = true;
    this.flush();
  }

  /** A call that never returned is no record. */
  drop(slot: Slot): void {
    slot.record = undefined;
    slot.settled = true;
    this.flush();
  }

  private flush(): void {
    if (!this.begun) return;
    let done = 0;
    for (const { record, settled } of this.slots) {
      if (!settled) break;
      if (record !== undefined) this.sink.write(record);
      done += 1;
    }
    this.slots.splice(0, done);
  }
}
