import { ExportResultCode, getStringFromEnv } from '@opentelemetry/core';
import { convertLegacyHttpOptions, createOtlpHttpExportDelegate } from '@opentelemetry/otlp-exporter-base/node-http';
import type { IOtlpExportDelegate } from '@opentelemetry/otlp-exporter-base';
import {
  MetricsExporterMetricsHelper,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
  TraceExporterMetricsHelper,
} from '@opentelemetry/otlp-transformer';
import type { ISerializer } from '@opentelemetry/otlp-transformer';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { UsageError } from '../exit.ts';
import { VERSION } from '../../version.ts';
import { exactJsonMetrics, exactJsonTraces } from './exact-serializer.ts';

/** Requests under way at once: the receiver can work on one while the next is made, and memory stays bounded. */
const CONCURRENCY = 4;

/** Requests in a row that fail for good, each after its retries, before nothing more is sent. */
const GIVE_UP_AFTER = 3;

/** What became of the spans, or the data points, of an export. */
export interface SendCounts {
  /** How many there were. */
  readonly made: number;
  readonly accepted: number;
  /** Sent, but rejected by the receiver in part (`partialSuccess`). */
  readonly rejected: number;
  /** In requests that failed for good, or that were not made any more. */
  readonly lost: number;
  /** Why, each reason once. */
  readonly reasons: readonly string[];
}

interface Rejection {
  readonly count: number;
  readonly message: string;
}

/**
 * Sends batches of one signal to a receiver, and waits for each: nothing is dropped because somebody is slow. The
 * transport retries as the protocol says.
 */
export class OtlpSender<T> {
  /** Where to. */
  readonly url: string;
  private readonly delegate: IOtlpExportDelegate<T>;
  private readonly underWay = new Set<Promise<void>>();
  private readonly reasons = new Set<string>();
  private made = 0;
  private accepted = 0;
  private rejected = 0;
  private lost = 0;
  private failuresInARow = 0;

  constructor(url: string, makeDelegate: (onRejection: (rejection: Rejection) => void) => IOtlpExportDelegate<T>) {
    this.url = url;
    this.delegate = makeDelegate(({ count, message }) => {
      this.rejected += count;
      this.accepted -= count;
      if (message !== '') this.reasons.add(message);
    });
  }

  /** Has it been given up? */
  get hasGivenUp(): boolean {
    return this.failuresInARow >= GIVE_UP_AFTER;
  }

  /** What became of everything so far. */
  get counts(): SendCounts {
    const { made, accepted, rejected, lost } = this;
    return { made, accepted, rejected, lost, reasons: [...this.reasons] };
  }

  /** Sends a batch of `count` items; returns as soon as the next one may come. */
  async send(batch: T, count: number): Promise<void> {
    this.made += count;
    if (this.hasGivenUp) {
      this.lost += count;
      return;
    }
    const sending = this.request(batch, count).finally(() => this.underWay.delete(sending));
    this.underWay.add(sending);
    if (this.underWay.size >= CONCURRENCY) await Promise.race(this.underWay);
  }

  /** Waits for what is under way. */
  async flush(): Promise<void> {
    await Promise.all(this.underWay);
  }

  /** Waits for what is under way, and closes. */
  async close(): Promise<void> {
    await this.flush();
    await this.delegate.shutdown();
  }

  private request(batch: T, count: number): Promise<void> {
    return new Promise((resolve) => {
      this.delegate.export(batch, ({ code, error }) => {
        if (code === ExportResultCode.SUCCESS) {
          this.accepted += count;
          this.failuresInARow = 0;
        } else {
          this.lost += count;
          this.failuresInARow++;
          this.reasons.add(describe(error));
        }
        resolve();
      });
    });
  }
}

/** Sends spans, as the environment says. Throws `UsageError` for a protocol that there is not. */
export function spanSender(): OtlpSender<ReadableSpan[]> {
  return sender('TRACES', {
    path: 'v1/traces',
    json: exactJsonTraces,
    protobuf: ProtobufTraceSerializer,
    rejectedIn: ({ partialSuccess }) => rejectionOf(partialSuccess?.rejectedSpans, partialSuccess?.errorMessage),
    component: 'otlp_http_span_exporter',
    helper: TraceExporterMetricsHelper,
  });
}

/** Sends metrics, as the environment says. Throws `UsageError` for a protocol that there is not. */
export function metricSender(): OtlpSender<ResourceMetrics> {
  return sender('METRICS', {
    path: 'v1/metrics',
    json: exactJsonMetrics,
    protobuf: ProtobufMetricsSerializer,
    rejectedIn: ({ partialSuccess }) => rejectionOf(partialSuccess?.rejectedDataPoints, partialSuccess?.errorMessage),
    component: 'otlp_http_metric_exporter',
    helper: MetricsExporterMetricsHelper,
  });
}

/** What one signal differs in from another. */
interface Signal<Request, Response> {
  readonly path: string;
  readonly json: ISerializer<Request, Response>;
  readonly protobuf: ISerializer<Request, Response>;
  readonly rejectedIn: (response: Response) => Rejection;
  readonly component: string;
  readonly helper: Parameters<typeof createOtlpHttpExportDelegate<Request, object>>[3];
}

function sender<Request, Response>(
  name: SignalName,
  { path, json, protobuf, rejectedIn, component, helper }: Signal<Request, Response>,
): OtlpSender<Request> {
  const { options, isJson } = signalOptions(name, path);
  const serializer = isJson ? json : protobuf;
  return new OtlpSender(options.url, (onRejection) =>
    createOtlpHttpExportDelegate(options, watched(serializer, rejectedIn, onRejection), component, helper, undefined),
  );
}

function rejectionOf(count: unknown, message: string | null | undefined): Rejection {
  return { count: Number(count ?? 0), message: message ?? '' };
}

type SignalName = 'TRACES' | 'METRICS';

interface SignalOptions {
  readonly options: ReturnType<typeof convertLegacyHttpOptions>;
  readonly isJson: boolean;
}

function signalOptions(signal: SignalName, path: string): SignalOptions {
  const protocol =
    getStringFromEnv(`OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`) ??
    getStringFromEnv('OTEL_EXPORTER_OTLP_PROTOCOL') ??
    'http/protobuf';
  if (protocol !== 'http/protobuf' && protocol !== 'http/json') {
    throw new UsageError(
      `OTEL_EXPORTER_OTLP_PROTOCOL: found "${protocol}", expected http/protobuf or http/json. Next: set one of these, and the endpoint to a receiver of it`,
    );
  }
  const isJson = protocol === 'http/json';
  const type = isJson ? 'application/json' : 'application/x-protobuf';
  // The delegate counts a request until a moment after it has said how it ended, and refuses what is too much.
  const own = { concurrencyLimit: 2 * CONCURRENCY, userAgent: `heaplay/${VERSION}` };
  return { options: convertLegacyHttpOptions(own, signal, path, { 'Content-Type': type }), isJson };
}

/** A serializer that tells what the receiver rejected, which the SDK only logs. */
function watched<Request, Response>(
  inner: ISerializer<Request, Response>,
  rejectionIn: (response: Response) => Rejection,
  onRejection: (rejection: Rejection) => void,
): ISerializer<Request, object> {
  return {
    serializeRequest: (request) => inner.serializeRequest(request),
    deserializeResponse: (bytes) => {
      const rejection = rejectionIn(inner.deserializeResponse(bytes));
      if (rejection.count > 0 || rejection.message !== '') onRejection(rejection);
      return {};
    },
  };
}

function describe(error: Error | undefined): string {
  if (error === undefined) return 'the receiver did not say why';
  const message = error.message === '' ? error.name : error.message;
  const code = 'code' in error && error.code !== undefined ? String(error.code) : '';
  return message.includes(code) ? message : `${message} (${code})`;
}
