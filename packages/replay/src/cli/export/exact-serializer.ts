import { JsonMetricsSerializer, JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ISerializer } from '@opentelemetry/otlp-transformer';

/**
 * The SDK writes 64-bit integers as JSON numbers, where OTLP says texts. The keys cannot be mistaken: a quote within a
 * text has a backslash before it.
 */
const INTEGERS = /"(intValue|asInt)":(-?\d+)/g;

/** Serializes spans as OTLP/JSON, with integers as the protocol has them. */
export const exactJsonTraces: typeof JsonTraceSerializer = exact(JsonTraceSerializer);

/** Serializes metrics as OTLP/JSON, with integers as the protocol has them. */
export const exactJsonMetrics: typeof JsonMetricsSerializer = exact(JsonMetricsSerializer);

function exact<Request, Response>(inner: ISerializer<Request, Response>): ISerializer<Request, Response> {
  return {
    serializeRequest: (request) => {
      const bytes = inner.serializeRequest(request);
      if (bytes === undefined) return undefined;
      return new TextEncoder().encode(new TextDecoder().decode(bytes).replaceAll(INTEGERS, '"$1":"$2"'));
    },
    deserializeResponse: (bytes) => inner.deserializeResponse(bytes),
  };
}
