import { HeapBatch, powerOn } from '@heaplay/core';
import type { CallResult, DomainId, HeapCall, HeapConfig, HeapState, Machine, Mfn, Order } from '@heaplay/core';
import { SCRUB_ALL } from './host.ts';
import type { Host } from './host.ts';

/** Calls to be timed, and what comes before them. The calls fit what came of those before: they were made with the model. */
export interface Workload {
  readonly machine: Machine;
  readonly config: HeapConfig;
  readonly setup: readonly HeapCall[];
  /** The state after `setup`. */
  readonly start: HeapState;
  readonly calls: readonly HeapCall[];
  readonly results: readonly CallResult[];
}

const CALLS_PER_STATE = 8192;

/** Makes a workload call by call, as somebody would who sees the results. */
export class WorkloadBuilder {
  private readonly host: Host;
  private batch: HeapBatch;
  private setup: HeapCall[];
  private start: HeapState | undefined;
  private calls: HeapCall[] = [];
  private results: CallResult[] = [];

  /** Boots the host and scrubs its memory. */
  constructor(on: Host) {
    this.host = on;
    this.batch = new HeapBatch(powerOn(on.machine, on.config));
    this.setup = [];
    for (const call of [...on.boot, SCRUB_ALL]) this.apply(call);
  }

  /** Carries out a call and returns its result. Throws if Xen would stop. */
  apply(call: HeapCall): CallResult {
    const { result, bug } = this.batch.apply(call);
    if (bug !== null) throw new Error(`a workload stops Xen: ${bug.message}`);
    this.calls.push(call);
    this.results.push(result);
    if (this.calls.length % CALLS_PER_STATE === 0) this.batch = new HeapBatch(this.batch.commit());
    return result;
  }

  /** A call that must give a block. */
  take(call: HeapCall): Mfn {
    const result = this.apply(call);
    if (typeof result !== 'number') throw new Error(`${call.type} of a workload found no memory`);
    return result as Mfn;
  }

  /** A new domain with room for everything. */
  domain(id: number): DomainId {
    this.apply({ type: 'domain_create', domain: id as DomainId, maxPages: 2 ** 32 });
    return id as DomainId;
  }

  /** Everything so far was preparation: what follows is timed. */
  begin(): void {
    this.start = this.batch.commit();
    this.batch = new HeapBatch(this.start);
    this.setup = this.calls;
    this.calls = [];
    this.results = [];
  }

  /** Calls that will be timed. */
  get length(): number {
    return this.calls.length;
  }

  /** The workload. */
  end(): Workload {
    const { host, setup, start, calls, results } = this;
    if (start === undefined) throw new Error('a workload was not begun');
    return { machine: host.machine, config: host.config, setup, start, calls, results };
  }
}

/** An order that is known to be one. */
export function order(value: number): Order {
  return value as Order;
}
