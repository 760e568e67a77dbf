import type { Setup } from '../../rebase/reconfigure.ts';
import type { RecordBatch } from '../../trace/batch.ts';
import type { TraceRecord } from '../../trace/trace-record.ts';
import { createRecorder } from '../recorder.ts';
import type { Recorder } from '../recorder.ts';
import { RecordingStopped } from '../recording-stopped.ts';
import { bootStorm } from './boot-storm.ts';
import type { WorkloadName, WorkloadParameters } from './catalogue.ts';
import { claimsRace } from './claims-race.ts';
import { dmaExhaustion } from './dma-exhaustion.ts';
import { domainChurn } from './domain-churn.ts';
import { fragmentation } from './fragmentation.ts';
import { Host } from './host.ts';
import type { Life } from './life.ts';
import { mixedOrders } from './mixed-orders.ts';
import { numaImbalance } from './numa-imbalance.ts';
import { pageOfflining } from './page-offlining.ts';
import { Random } from './random.ts';
import { xenheapPressure } from './xenheap-pressure.ts';

/** A workload to be recorded. */
export interface WorkloadOptions {
  readonly name: WorkloadName;
  /** An integer, 0 ≤ seed < 2^32: the same seed, the same records. */
  readonly seed: number;
  /** Records to be made. */
  readonly events: number;
  readonly parameters: WorkloadParameters;
  readonly setup: Setup;
  /** Version of the program that records. */
  readonly version: string;
}

/** Each goes on for ever: whoever runs it stops when there are enough records. */
const LIVES: Readonly<Record<WorkloadName, (host: Host) => Life>> = {
  'domain-churn': domainChurn,
  'xenheap-pressure': xenheapPressure,
  fragmentation,
  'dma-exhaustion': dmaExhaustion,
  'numa-imbalance': numaImbalance,
  'claims-race': claimsRace,
  'page-offlining': pageOfflining,
  'boot-storm': bootStorm,
  'mixed-orders': mixedOrders,
};

/** Records that are made before somebody may take them. */
const BATCH = 1024;

/** A workload that is being recorded. */
export class WorkloadRun {
  readonly recorder: Recorder;
  /** Why Xen stopped before there were enough records, if it did. */
  stopped: RecordingStopped | null = null;
  private readonly options: WorkloadOptions;

  constructor(options: WorkloadOptions) {
    this.options = options;
    const { setup, version } = options;
    this.recorder = createRecorder({ ...setup, recorder: { name: 'heaplay', version, source: sourceOf(options) } });
  }

  /**
   * The records, made as they are taken, once. Throws `BootPanic` before the first one if the machine does not boot
   * with its layout.
   */
  *batches(): Generator<RecordBatch, void, undefined> {
    const { events } = this.options;
    let made: TraceRecord[] = [];
    let first = 1;
    const subscription = this.recorder.subscribe((record) => made.push(record));
    const life = this.life();
    try {
      while (first <= events) {
        const goesOn = this.step(life);
        if (goesOn && made.length < BATCH && first + made.length <= events) continue;
        // The last step may make more than are wanted.
        const records = made.slice(0, events - first + 1);
        made = [];
        if (records.length > 0) yield { first, records };
        first += records.length;
        if (!goesOn) return;
      }
    } finally {
      subscription.unsubscribe();
    }
  }

  private *life(): Life {
    const { name, seed, parameters } = this.options;
    const host = new Host(this.recorder, new Random(seed), parameters);
    host.boot();
    yield;
    yield* LIVES[name](host);
  }

  /** Goes on for a few calls; false where Xen stops. */
  private step(life: Life): boolean {
    try {
      return life.next().done !== true;
    } catch (error) {
      if (!(error instanceof RecordingStopped)) throw error;
      this.stopped = error;
      return false;
    }
  }
}

/** How a trace of it can be made again. */
function sourceOf({ name, seed, events, parameters }: WorkloadOptions): string {
  const { memory, nodes, domains, domainMemory } = parameters;
  const words = [`workload:${name}`, `seed=${seed}`, `events=${events}`, `memory=${memory}`, `nodes=${nodes}`];
  if (domains !== null) words.push(`domains=${domains}`);
  if (domainMemory !== null) words.push(`domain-memory=${domainMemory}`);
  return words.join(' ');
}
