import type { Attributes } from '@opentelemetry/api';
import type { HeapReader } from '@heaplay/core';
import { freeZones, sampleHeap } from '../analysis/heap-sample.ts';
import { HEAP_ATTRIBUTES } from './attributes.ts';
import type { HEAP_METRICS } from './attributes.ts';

/** One of the metrics. */
export type HeapMetricKey = keyof typeof HEAP_METRICS;

/** A figure of a heap at one moment. */
export interface HeapMetricPoint {
  readonly metric: HeapMetricKey;
  readonly attributes: Attributes;
  readonly value: number;
}

/** Every figure of a heap at one moment of a run. */
export interface HeapMetricSample {
  readonly kind: 'metrics';
  readonly record: number;
  /** Nanoseconds since the trace began. */
  readonly at: number;
  readonly points: readonly HeapMetricPoint[];
}

/** Calls so far. */
export interface CallCounts {
  /** Allocations that got their pages. */
  allocations: number;
  /** Calls that did not get what they asked for. */
  failures: number;
}

/** The metrics that only rise; all others are gauges. */
export const RISING_METRICS: ReadonlySet<HeapMetricKey> = new Set(['allocations', 'failures']);

/** Remembers which nodes and zones ever had free memory, so that one that runs dry goes to 0 and does not just end. */
export class MetricSampler {
  private readonly zones = new Map<string, { readonly node: number; readonly zone: number }>();

  /** Takes the figures of a heap. Costs as much as there are free lists, not blocks. */
  sample(record: number, at: number, heap: HeapReader, counts: CallCounts): HeapMetricSample {
    const { freeBlocksByOrder, unusableByOrder, claims, needScrub } = sampleHeap(heap);
    const point = (metric: HeapMetricKey, value: number, attributes: Attributes = {}): HeapMetricPoint => ({
      metric,
      attributes,
      value,
    });
    const points = [
      ...this.freePages(heap),
      ...freeBlocksByOrder.map((blocks, order) => point('freeBlocks', blocks, { [HEAP_ATTRIBUTES.order]: order })),
      ...unusableByOrder.map((share, order) => point('fragmentation', share, { [HEAP_ATTRIBUTES.order]: order })),
      point('claims', claims),
      point('needScrub', needScrub),
      point('allocations', counts.allocations),
      point('failures', counts.failures),
    ];
    return { kind: 'metrics', record, at, points };
  }

  private freePages(heap: HeapReader): HeapMetricPoint[] {
    const pages = new Map<string, number>();
    for (const { node, zone, pages: free } of freeZones(heap)) {
      const key = `${node}/${zone}`;
      pages.set(key, free);
      if (!this.zones.has(key)) this.zones.set(key, { node, zone });
    }
    return Array.from(this.zones, ([key, { node, zone }]) => ({
      metric: 'freePages',
      attributes: { [HEAP_ATTRIBUTES.node]: node, [HEAP_ATTRIBUTES.zone]: zone },
      value: pages.get(key) ?? 0,
    }));
  }
}
