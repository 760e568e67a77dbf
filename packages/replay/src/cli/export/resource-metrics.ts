import { ValueType } from '@opentelemetry/api';
import { AggregationTemporality, DataPointType } from '@opentelemetry/sdk-metrics';
import type { DataPoint, MetricData, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { HEAP_METRICS } from '../../otel/attributes.ts';
import { RISING_METRICS } from '../../otel/heap-metrics.ts';
import type { HeapMetricKey, HeapMetricSample } from '../../otel/heap-metrics.ts';
import { timeOf } from './telemetry-frame.ts';
import type { TelemetryFrame } from './telemetry-frame.ts';

/** Samples as the serializers of the SDK take them: each point at the trace's own time. */
export function resourceMetrics(samples: readonly HeapMetricSample[], frame: TelemetryFrame): ResourceMetrics {
  const points = new Map<HeapMetricKey, DataPoint<number>[]>();
  const startTime = timeOf(frame, 0);
  for (const { at, points: figures } of samples) {
    const endTime = timeOf(frame, at);
    for (const { metric, attributes, value } of figures) {
      const list = points.get(metric) ?? [];
      list.push({ startTime, endTime, attributes, value });
      points.set(metric, list);
    }
  }
  const metrics = Array.from(points, ([metric, dataPoints]) => metricData(metric, dataPoints));
  return { resource: frame.resource, scopeMetrics: [{ scope: frame.scope, metrics }] };
}

function metricData(metric: HeapMetricKey, dataPoints: DataPoint<number>[]): MetricData {
  const valueType = metric === 'fragmentation' ? ValueType.DOUBLE : ValueType.INT;
  const common = {
    descriptor: { ...HEAP_METRICS[metric], valueType },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
    dataPoints,
  };
  if (RISING_METRICS.has(metric)) return { ...common, dataPointType: DataPointType.SUM, isMonotonic: true };
  return { ...common, dataPointType: DataPointType.GAUGE };
}
