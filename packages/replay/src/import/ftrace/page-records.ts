import { largestOrderAt, memFlags, orderPages, pageInfo } from '@heaplay/core';
import type { CallRecord, CpuId, DomainId, HeapCall, Mfn, Order, RecordEnvelope } from '@heaplay/core';
import type { ReplaySession } from '../../replay/replay-session.ts';
import type { TraceRecord } from '../../trace/trace-record.ts';
import { TaskDomains } from './domains.ts';
import type { FtraceDomains } from './domains.ts';
import type { PageEvent } from './page-event.ts';
import { PFN_STATE, PfnTable } from './pfn-table.ts';
import type { PfnRun } from './pfn-table.ts';
import type { FtraceTally } from './tally.ts';

/**
 * Frames that are no caller: the tracer's own, and the allocator's entry, for which the call itself stands. They are the
 * innermost ones.
 */
const OWN_FRAME = /^(?:trace_event_|perf_trace_|__traceiter_|__bpf_trace_|__alloc_pages(?:_nodemask|_noprof)?(?:\+|$))/;

/** Makes records of events, and drives the model along: a free needs the frame that the model chose for its allocation. */
export class PageRecords {
  private readonly session: ReplaySession;
  private readonly tally: FtraceTally;
  private readonly pfns = new PfnTable();
  private readonly domains: TaskDomains;
  /** Falls into blocks of other uses on each CPU since its last allocation. */
  private readonly fallbacks = new Map<number | null, number>();
  /** When the first event was, by the clock of the events. */
  private start: number | null = null;
  private records: TraceRecord[] = [];

  /** `session`: behind the boot. */
  constructor(session: ReplaySession, tally: FtraceTally, domains: FtraceDomains) {
    this.session = session;
    this.tally = tally;
    this.domains = new TaskDomains(domains);
  }

  /** Takes the next event, in the order of time. */
  push(event: PageEvent): void {
    this.start ??= event.at;
    switch (event.kind) {
      case 'alloc':
        this.allocate(event);
        return;
      case 'free':
      case 'free-batched':
        this.giveBack(event, event.pfn ?? 0);
        return;
      case 'extfrag':
        this.tally.extfrag++;
        this.fallbacks.set(event.cpu, (this.fallbacks.get(event.cpu) ?? 0) + 1);
        return;
      case 'zone-locked':
        this.tally.zoneLocked++;
        return;
      case 'drain':
        this.tally.drained++;
        return;
      case 'lost':
        this.records.push({ type: 'observe_heap', ...cpuOf(event), 'x-lost': event.lost });
    }
  }

  /** The records that came since the last time. */
  take(): readonly TraceRecord[] {
    const { records } = this;
    this.records = [];
    return records;
  }

  private allocate(event: PageEvent): void {
    const { pfn, order, cpu } = event;
    const fallbacks = this.fallbacks.get(cpu);
    this.fallbacks.delete(cpu);
    const facts = {
      ...(event.gfp === '' ? {} : { 'x-gfp': event.gfp }),
      ...(event.migratetype === null ? {} : { 'x-migratetype': event.migratetype }),
      ...(fallbacks === undefined ? {} : { 'x-extfrag': fallbacks }),
    };
    if (pfn === null) {
      // Xen's allocator, with other pages free, might succeed: a call would change the heap as Linux's was not changed.
      this.tally.failures++;
      this.records.push({
        type: 'observe_heap',
        ...this.envelope(event),
        'x-failed': 'mm_page_alloc',
        'x-order': order,
        ...facts,
      });
      return;
    }
    this.tally.allocations++;
    const pages = orderPages(order);
    for (const run of this.pfns.runs(pfn, pages)) this.freeLost(event, run);
    const domain = this.domainOf(event);
    const call: CallRecord<'alloc_domheap_pages'> = {
      type: 'alloc_domheap_pages',
      ...this.envelope(event),
      ...(domain === null ? {} : { domain }),
      order: order as Order,
      ...flagsOf(event.gfp),
      'x-pfn': pfn,
      ...facts,
    };
    const mfn = this.apply(call);
    this.records.push(call);
    if (typeof mfn === 'number') {
      this.pfns.place(pfn, pages, mfn);
    } else {
      this.tally.withoutRoom++;
      this.pfns.mark(pfn, pages, PFN_STATE.withoutRoom);
    }
  }

  /** Pages that are allocated anew, and of which no free told, must have come back. */
  private freeLost(event: PageEvent, { pfn, pages, mfn, state }: PfnRun): void {
    if (mfn === null && state !== PFN_STATE.withoutRoom) return;
    this.tally.pagesNeverFreed += pages;
    if (mfn === null) return;
    // Who gave them back, and when before now, nobody knows.
    const { at } = this.envelope(event);
    this.freeFrames({ pfn, mfn, pages }, { ...(at === undefined ? {} : { at }), 'x-synthetic': 'lost free' });
  }

  private giveBack(event: PageEvent, first: number): void {
    const isBatch = event.kind === 'free-batched';
    this.tally.frees++;
    const facts: FreeFacts = { ...this.envelope(event), ...(isBatch ? { 'x-batched': true } : {}) };
    for (const { pfn, pages, mfn, state } of this.pfns.runs(first, orderPages(event.order))) {
      if (mfn !== null) this.freeFrames({ pfn, mfn, pages }, facts);
      else this.countAbsent(state, pages, isBatch);
      this.pfns.mark(pfn, pages, stateBehind(state, isBatch));
    }
  }

  /** Pages that came back, and for which there is nothing to free. */
  private countAbsent(state: number, pages: number, isBatch: boolean): void {
    const { tally } = this;
    if (state === PFN_STATE.unknown) tally.pagesFromBefore += pages;
    else if (state === (isBatch ? PFN_STATE.freed : PFN_STATE.batched)) tally.pagesToldTwice += pages;
    else if (state !== PFN_STATE.withoutRoom) tally.pagesFreedTwice += pages;
  }

  /** Frees frames of the model in the largest blocks that each lie in one allocation. */
  private freeFrames({ pfn, mfn, pages }: HeldRun, facts: FreeFacts): void {
    const end = mfn + pages;
    for (let at = mfn; at < end;) {
      const order = at + 1 === end ? 0 : this.orderAt(at, end);
      const call: CallRecord<'free_domheap_pages'> = {
        type: 'free_domheap_pages',
        ...facts,
        mfn: at as Mfn,
        order: order as Order,
        'x-pfn': pfn + (at - mfn),
      };
      this.apply(call);
      this.records.push(call);
      at += orderPages(order);
    }
  }

  private orderAt(mfn: number, end: number): number {
    const { head, order } = pageInfo(this.session.heap, mfn);
    return largestOrderAt(mfn, Math.min(end, head + orderPages(order)), order);
  }

  /** The domain of whoever allocates, put in where it is new; null: nobody's. */
  private domainOf(event: PageEvent): DomainId | null {
    const found = this.domains.find(event.task);
    if (found === 'none') return null;
    if (found === null) {
      this.tally.withoutDomain++;
      return null;
    }
    if (found.isNew) {
      this.tally.domains++;
      const call: CallRecord<'domain_create'> = {
        type: 'domain_create',
        ...this.envelope(event),
        domain: found.id,
        maxPages: this.session.heap.platform.machine.frames,
        'x-synthetic': 'process',
      };
      this.apply(call);
      this.records.push(call);
    }
    return found.id;
  }

  /** What a record says of who called, when and where. */
  private envelope({ at, cpu, task, stack }: PageEvent): Envelope {
    const envelope: Mutable<Envelope> = {};
    if (at !== null) envelope.at = at - (this.start ?? at);
    const first = stack.findIndex((symbol) => !OWN_FRAME.test(symbol));
    if (first >= 0) envelope.caller = first === 0 ? stack : stack.slice(first);
    else if (task !== null) envelope.caller = [task.name];
    if (cpu !== null) envelope.cpu = cpu as CpuId;
    if (task !== null) envelope['x-pid'] = task.pid;
    return envelope;
  }

  private apply(call: HeapCall): unknown {
    const { result, bug } = this.session.apply(call);
    if (bug !== null)
      throw new Error(`the model stops at ${call.type} of its own frames [${bug.rule}]: ${bug.message}`);
    return result;
  }
}

/** What records of any type say of an event. */
interface Envelope extends Pick<RecordEnvelope, 'at' | 'caller' | 'cpu'> {
  readonly 'x-pid'?: number;
}

/** What a free says beside its frames. */
interface FreeFacts extends Envelope {
  readonly 'x-batched'?: true;
  readonly 'x-synthetic'?: 'lost free';
}

/** Page frames that frames of the model stand for. */
interface HeldRun extends Pick<PfnRun, 'pfn' | 'pages'> {
  readonly mfn: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function cpuOf({ cpu }: Pick<PageEvent, 'cpu'>): { readonly cpu?: CpuId } {
  return cpu === null ? {} : { cpu: cpu as CpuId };
}

/** What is known of pages that came back, behind what was known before. */
function stateBehind(state: number, isBatch: boolean): number {
  const other = isBatch ? PFN_STATE.freed : PFN_STATE.batched;
  if (state === other || state === PFN_STATE.toldTwice) return PFN_STATE.toldTwice;
  return isBatch ? PFN_STATE.batched : PFN_STATE.freed;
}

const NO_SCRUB = memFlags('no_scrub');

/**
 * Who does not ask for pages full of zeros takes them as they are, as Xen's callers say with `no_scrub`. Flags printed
 * as a number say nothing: their bits moved from version to version.
 */
function flagsOf(gfp: string): { readonly flags?: typeof NO_SCRUB } {
  return /^(?:__)?GFP_/.test(gfp) && !gfp.includes('__GFP_ZERO') ? { flags: NO_SCRUB } : {};
}
