import type { Attributes } from '@opentelemetry/api';
import { HEAP_ATTRIBUTES, HEAP_METRICS } from './attributes.ts';
import type { HeapMetricPoint, HeapMetricSample } from './heap-metrics.ts';
import type { HeapSpan } from './heap-span.ts';

/**
 * An event of the Trace Event Format, which Perfetto, Chrome and speedscope read. `ph` is what it is: `X` a slice, `b`
 * and `e` the ends of one that may overlap others, `C` a counter, `M` the name of a track.
 */
export interface ChromeEvent {
  readonly ph: 'X' | 'b' | 'e' | 'C' | 'M';
  readonly name: string;
  readonly cat: string;
  /** The process, as what the format is made for has it: here the group of tracks. */
  readonly pid: number;
  /** The thread: here the track. */
  readonly tid: number;
  /** Microseconds. */
  readonly ts: number;
  /** Microseconds. */
  readonly dur?: number;
  readonly id?: string;
  readonly args?: Readonly<Record<string, unknown>>;
}

const CALLS = 1;
const HEAP = 2;
/** Nodes come behind it, each a group of its own. */
const FIRST_NODE = 10;

// No track is 0: some tools take that for none.
const PHASES = 1;
const ANONYMOUS = 2;
/** Domains come behind it, each a track of its own. */
const FIRST_DOMAIN = 3;
const FIRST_ZONE = 1;

const PREFIX = 'xen.heap.';
const NANOS_PER_MICRO = 1000;

/**
 * Makes events of a run: phases and calls as slices, with a track for each domain; lifetimes as overlapping slices with
 * a group for each node and a track for each zone; the metrics as counters. The name of a track comes before its first event.
 */
export class ChromeTracks {
  private readonly named = new Set<string>();

  /** The events of what a walk over the run tells. */
  events(item: HeapSpan | HeapMetricSample): ChromeEvent[] {
    if (item.kind === 'metrics') return this.counters(item);
    switch (item.kind) {
      case 'trace':
      case 'phase':
        return [...this.track(CALLS, 'calls', PHASES, 'phases'), slice(item, PHASES)];
      case 'call': {
        const domain = item.attributes[HEAP_ATTRIBUTES.domain];
        const known = typeof domain === 'number';
        const tid = known ? FIRST_DOMAIN + domain : ANONYMOUS;
        return [...this.track(CALLS, 'calls', tid, known ? `d${domain}` : 'no domain'), slice(item, tid)];
      }
      case 'lifetime':
        return this.lifetime(item);
    }
  }

  private lifetime({ attributes, start, end, spanId }: HeapSpan): ChromeEvent[] {
    const node = Number(attributes[HEAP_ATTRIBUTES.node]);
    const zone = Number(attributes[HEAP_ATTRIBUTES.zone]);
    const pid = FIRST_NODE + node;
    const order = attributes[HEAP_ATTRIBUTES.order];
    const name = `zone ${zone}: ${order === undefined ? `${String(attributes[HEAP_ATTRIBUTES.pages])} pages` : `order ${String(order)}`}`;
    const tid = FIRST_ZONE + zone;
    const common = { name, cat: 'allocation', pid, tid, id: `0x${spanId}` };
    return [
      ...this.track(pid, `node ${node}`, tid, `zone ${zone}`),
      { ph: 'b', ...common, ts: start / NANOS_PER_MICRO, args: shortened(attributes) },
      { ph: 'e', ...common, ts: end / NANOS_PER_MICRO },
    ];
  }

  private counters({ at, points }: HeapMetricSample): ChromeEvent[] {
    const ts = at / NANOS_PER_MICRO;
    return points.flatMap((point) => {
      const { pid, group, name } = counterOf(point);
      return [
        ...this.group(pid, group),
        { ph: 'C', name, cat: 'metrics', pid, tid: 0, ts, args: { value: point.value } } as const,
      ];
    });
  }

  private track(pid: number, group: string, tid: number, name: string): ChromeEvent[] {
    const key = `${pid} ${tid}`;
    if (this.named.has(key)) return [];
    this.named.add(key);
    return [...this.group(pid, group), named('thread_name', pid, tid, name)];
  }

  private group(pid: number, name: string): ChromeEvent[] {
    const key = String(pid);
    if (this.named.has(key)) return [];
    this.named.add(key);
    return [named('process_name', pid, 0, name)];
  }
}

function named(what: string, pid: number, tid: number, name: string): ChromeEvent {
  return { ph: 'M', name: what, cat: '__metadata', pid, tid, ts: 0, args: { name } };
}

function slice({ kind, name, start, end, status, attributes }: HeapSpan, tid: number): ChromeEvent {
  return {
    ph: 'X',
    name,
    cat: kind,
    pid: CALLS,
    tid,
    ts: start / NANOS_PER_MICRO,
    dur: (end - start) / NANOS_PER_MICRO,
    args: { ...shortened(attributes), ...(status.message === undefined ? {} : { failure: status.message }) },
  };
}

interface Counter {
  readonly pid: number;
  readonly group: string;
  readonly name: string;
}

/** Free pages stand with their node; what is of the whole heap, by itself. */
function counterOf({ metric, attributes }: HeapMetricPoint): Counter {
  const own = HEAP_METRICS[metric].name.slice(PREFIX.length);
  const node = attributes[HEAP_ATTRIBUTES.node];
  if (typeof node === 'number') {
    const zone = String(attributes[HEAP_ATTRIBUTES.zone]);
    return { pid: FIRST_NODE + node, group: `node ${node}`, name: `${own} zone ${zone}` };
  }
  const order = attributes[HEAP_ATTRIBUTES.order];
  return { pid: HEAP, group: 'heap', name: order === undefined ? own : `${own} order ${String(order)}` };
}

/** Attributes by their names in Heaplay's own namespace: there is no other here. */
function shortened(attributes: Attributes): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name,
      value,
    ]),
  );
}
