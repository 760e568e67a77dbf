import { SpanStatusCode } from '@opentelemetry/api';
import type { Attributes, SpanStatus } from '@opentelemetry/api';
import type { CallRecord, Outcome } from '@heaplay/core';
import { HEAP_ATTRIBUTES } from './attributes.ts';
import { callAttributes, placeAttributes } from './call-attributes.ts';
import type { Counterpart } from './comparison.ts';
import { MAX_LINKS } from './heap-span.ts';
import type { HeapSpan, HeapSpanLink } from './heap-span.ts';
import type { Lifetime } from './lifetimes.ts';
import type { Phase } from './phases.ts';
import { SpanIds, hex } from './span-ids.ts';
import type { NotedCall, ToldRun } from './told-run.ts';

/** What is counted over a whole run. */
export interface RunCounts {
  readonly records: number;
  readonly calls: number;
  readonly orphans: number;
  readonly failures: number;
}

const UNSET: SpanStatus = { code: SpanStatusCode.UNSET };
const NOTHING: Outcome = { result: undefined, virqs: 0, bug: null };

/** Makes the spans of a run: what each says, whom it belongs to, whom it leads to. */
export class SpanShapes {
  private readonly run: ToldRun;
  private readonly ids: SpanIds;
  private readonly otherIds: SpanIds | null;

  constructor(run: ToldRun) {
    this.run = run;
    this.ids = new SpanIds(run.identity.seed);
    this.otherIds = run.otherSeed === undefined ? null : new SpanIds(run.otherSeed);
  }

  /** A call, at a moment. */
  call(
    noted: NotedCall,
    at: number,
    status: SpanStatus,
    reason: Attributes,
    counterpart: Counterpart | null,
  ): HeapSpan {
    const { record, call, outcome, phase, planned, freed } = noted;
    const across = this.across('call', counterpart);
    const followed = freed.slice(0, MAX_LINKS);
    return {
      kind: 'call',
      name: call.type,
      spanId: planned === undefined ? this.ids.spanId('call', record) : this.ids.spanId('planned', planned),
      parentSpanId: this.ids.spanId('phase', phase.number),
      start: at,
      end: at,
      status,
      attributes: {
        ...callAttributes(record, call, outcome, this.run.session.heap.platform),
        ...(planned === undefined ? {} : { [HEAP_ATTRIBUTES.planned]: true }),
        ...comparisonAttributes(counterpart),
        ...reason,
      },
      links: [...across, ...followed.map(({ record: made }) => this.link('lifetime', made, 'frees'))],
      droppedLinks: freed.length - followed.length,
    };
  }

  /** A call that could not be made: what it asked for, but no frame or address, which are another run's. */
  orphan(record: number, call: CallRecord, phase: Phase, at: number, counterpart: Counterpart): HeapSpan {
    const asked = Object.fromEntries(Object.entries(call).filter(([key]) => !/^(mfns?|va)$/.test(key))) as CallRecord;
    return {
      kind: 'call',
      name: call.type,
      spanId: this.ids.spanId('call', record),
      parentSpanId: this.ids.spanId('phase', phase.number),
      start: at,
      end: at,
      status: UNSET,
      attributes: {
        ...callAttributes(record, asked, NOTHING, this.run.session.heap.platform),
        [HEAP_ATTRIBUTES.orphaned]: true,
        ...comparisonAttributes(counterpart),
      },
      links: this.across('call', counterpart),
      droppedLinks: 0,
    };
  }

  /** A lifetime that a record ended, or nobody (null). */
  lifetime(lifetime: Lifetime, freedBy: number | null, now: number): HeapSpan {
    const { record, start, counterpart } = lifetime;
    const end = freedBy === null ? { [HEAP_ATTRIBUTES.lifetimeOpen]: true } : { [HEAP_ATTRIBUTES.freedBy]: freedBy };
    const across = counterpart?.bothLive === true ? this.across('lifetime', counterpart) : [];
    return {
      kind: 'lifetime',
      name: 'allocation',
      spanId: this.ids.spanId('lifetime', record),
      parentSpanId: this.ids.spanId('trace', 0),
      start,
      end: now,
      status: UNSET,
      attributes: { ...this.lifetimeAttributes(lifetime), ...comparisonAttributes(counterpart), ...end },
      links: [...across, this.link('call', record, 'allocated by')],
      droppedLinks: 0,
    };
  }

  /** A phase that is over. */
  phase({ name, number, domain, firstRecord, lastRecord, start, end, calls, failures }: Phase): HeapSpan {
    return {
      kind: 'phase',
      name: domain === null ? name : `${name} d${domain}`,
      spanId: this.ids.spanId('phase', number),
      parentSpanId: this.ids.spanId('trace', 0),
      start,
      end,
      status: UNSET,
      attributes: {
        [HEAP_ATTRIBUTES.phase]: name,
        ...(domain === null ? {} : { [HEAP_ATTRIBUTES.domain]: domain }),
        [HEAP_ATTRIBUTES.firstRecord]: firstRecord,
        [HEAP_ATTRIBUTES.lastRecord]: lastRecord,
        [HEAP_ATTRIBUTES.calls]: calls,
        [HEAP_ATTRIBUTES.failures]: failures,
      },
      links: [],
      droppedLinks: 0,
    };
  }

  /** The run as a whole. */
  root(now: number, { records, calls, orphans, failures }: RunCounts): HeapSpan {
    const { source, identity, session, sample, attributes } = this.run;
    const { otherIds } = this;
    return {
      kind: 'trace',
      name: 'xen heap',
      spanId: this.ids.spanId('trace', 0),
      parentSpanId: null,
      start: 0,
      end: now,
      status: UNSET,
      attributes: {
        [HEAP_ATTRIBUTES.traceName]: source.name,
        [HEAP_ATTRIBUTES.traceSha256]: hex(identity.sha256),
        [HEAP_ATTRIBUTES.traceClock]: identity.clock,
        [HEAP_ATTRIBUTES.traceRecords]: records,
        [HEAP_ATTRIBUTES.calls]: calls,
        [HEAP_ATTRIBUTES.failures]: failures,
        [HEAP_ATTRIBUTES.freePages]: session.heap.totals.freePages,
        [HEAP_ATTRIBUTES.sampleRatio]: sample,
        ...(attributes === undefined ? {} : { ...attributes, [HEAP_ATTRIBUTES.orphans]: orphans }),
      },
      links:
        otherIds === null
          ? []
          : [
              {
                run: 'other',
                spanId: otherIds.spanId('trace', 0),
                attributes: { [HEAP_ATTRIBUTES.link]: 'counterpart' },
              },
            ],
      droppedLinks: 0,
    };
  }

  private link(kind: 'call' | 'lifetime', record: number, what: string): HeapSpanLink {
    const attributes = { [HEAP_ATTRIBUTES.link]: what, [HEAP_ATTRIBUTES.record]: record };
    return { run: 'own', spanId: this.ids.spanId(kind, record), attributes };
  }

  /** The link to a counterpart, if that is told. */
  private across(kind: 'call' | 'lifetime', counterpart: Counterpart | null): HeapSpanLink[] {
    const { otherIds } = this;
    if (otherIds === null || counterpart === null || counterpart.record === null) return [];
    const { record, comparison } = counterpart;
    const attributes = {
      [HEAP_ATTRIBUTES.link]: 'counterpart',
      [HEAP_ATTRIBUTES.record]: record,
      [HEAP_ATTRIBUTES.comparison]: comparison,
    };
    return [{ run: 'other', spanId: otherIds.spanId(kind, record), attributes }];
  }

  /** What was allocated, and for whom; of the record, which is looked up again: there may be many lifetimes at once. */
  private lifetimeAttributes({ record, mfn, pages }: Lifetime): Attributes {
    const call = this.run.source.table.record(record);
    return {
      [HEAP_ATTRIBUTES.record]: record,
      [HEAP_ATTRIBUTES.call]: call.type,
      [HEAP_ATTRIBUTES.pages]: pages,
      ...placeAttributes(mfn, this.run.session.heap.platform),
      ...('order' in call ? { [HEAP_ATTRIBUTES.order]: call.order } : {}),
      ...('domain' in call && call.domain !== undefined ? { [HEAP_ATTRIBUTES.domain]: call.domain } : {}),
      ...(call.caller === undefined ? {} : { [HEAP_ATTRIBUTES.caller]: [...call.caller] }),
    };
  }
}

function comparisonAttributes(counterpart: Counterpart | null): Attributes {
  if (counterpart === null) return {};
  const { comparison, mfn } = counterpart;
  return {
    [HEAP_ATTRIBUTES.comparison]: comparison,
    ...(mfn === undefined ? {} : { [HEAP_ATTRIBUTES.counterpartMfn]: mfn }),
  };
}
