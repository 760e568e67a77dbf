import { decodeCallRecord } from '../../src/call/decode-call.ts';
import { isCallType } from '../../src/call/call-schema.ts';
import { checkInvariants } from '../../src/invariant/check.ts';
import { decodeHeapConfig } from '../../src/machine/heap-config-schema.ts';
import { decodeMachine } from '../../src/machine/machine-schema.ts';
import { observeHeap } from '../../src/query/observe-heap.ts';
import { dirtyRuns } from '../../src/query/dirty-runs.ts';
import { heapDigest } from '../../src/query/heap-digest.ts';
import { HeapBatch } from '../../src/reducer/apply.ts';
import { openState } from '../../src/state/heap-reader.ts';
import { powerOn } from '../../src/state/heap-state.ts';
import { NaiveHeap } from '../naive/naive-heap.ts';
import { isSame } from '../naive/verify.ts';
import type { WireHeader, WireRecord } from '../naive/wire.ts';

/** Calls between two comparisons of whole heaps. */
const LOOK_EVERY = 64;

/** The model and the naive model, given the same records. */
export class SideBySide {
  private batch: HeapBatch;
  private readonly naive: NaiveHeap;
  /** Calls carried out. */
  calls = 0;
  /** What they did not agree on, in words. */
  readonly differences: string[] = [];

  constructor(header: WireHeader) {
    const machine = decodeMachine(header.machine);
    if (!machine.ok) throw new Error(JSON.stringify(machine.problem));
    const config = decodeHeapConfig(header.heap, machine.value);
    if (!config.ok) throw new Error(JSON.stringify(config.problem));
    this.batch = new HeapBatch(powerOn(machine.value, config.value));
    this.naive = new NaiveHeap(header);
  }

  /** Carries out a call on both. `stopped`: Xen would have stopped, or the two have parted. */
  apply(record: WireRecord): { readonly result: unknown; readonly stopped: boolean } {
    const { type } = record;
    if (!isCallType(type)) return { result: undefined, stopped: false };
    const decoded = decodeCallRecord(type, { ...record });
    if (!decoded.ok) throw new Error(`${JSON.stringify(record)}: ${JSON.stringify(decoded.problem)}`);
    const { result, virqs, bug } = this.batch.apply(decoded.value);
    const naive = this.naive.apply(record);
    this.calls++;
    if (bug !== null) {
      this.same(record, 'bug', naive.bug, bug.kind);
      return { result: undefined, stopped: true };
    }
    this.same(record, 'bug', naive.bug, null);
    this.same(record, 'result', naive.result, result);
    this.same(record, 'virqs', naive.virqs, virqs);
    this.same(record, 'free pages', this.naive.freePages, this.batch.view.totals.freePages);
    if (this.calls % LOOK_EVERY === 0) this.look(record);
    return { result, stopped: this.differences.length > 0 };
  }

  /** Compares the whole heaps, and checks the invariants. */
  end(): void {
    this.look({ type: 'the end' });
    const state = this.batch.commit();
    const violations = checkInvariants(state);
    this.same({ type: 'the end' }, 'broken invariants', [], violations);
    const { type: _, ...naive } = this.naive.observeHeap();
    const { type: __, ...own } = observeHeap(openState(state)) as unknown as Record<string, unknown>;
    for (const key of Object.keys(naive)) this.same({ type: 'the end' }, key, naive[key], own[key]);
    this.same({ type: 'the end' }, 'dirty pages', this.naive.observeDirty()['list'], dirtyRuns(openState(state)));
  }

  private look(record: WireRecord): void {
    this.same(record, 'digest', this.naive.digest(), heapDigest(this.batch.view));
  }

  private same(record: WireRecord, what: string, naive: unknown, own: unknown): void {
    if (isSame(naive, own)) return;
    const [expected, found] = [naive, own].map((value) => JSON.stringify(value)?.slice(0, 400));
    this.differences.push(
      `call ${this.calls}, ${JSON.stringify(record)}: ${what}: the naive model ${expected}, the model ${found}`,
    );
  }
}
