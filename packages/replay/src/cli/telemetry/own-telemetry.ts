import { SpanStatusCode, context, trace } from '@opentelemetry/api';
import type { Context, Span } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { ExportResultCode, getStringFromEnv } from '@opentelemetry/core';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { ReadableSpan, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { RUN_ATTRIBUTES } from '../../instrument/run-attributes.ts';
import { VERSION } from '../../version.ts';
import { EXIT } from '../exit.ts';
import type { ExitCode } from '../exit.ts';
import { spanSender } from '../export/otlp-sender.ts';
import type { OtlpSender } from '../export/otlp-sender.ts';
import { parentFromEnv } from '../export/telemetry-frame.ts';

/** Milliseconds that somebody who has pressed Ctrl-C waits for the receiver, at most. */
const PATIENCE = 2000;

/** The spans of a command's own run. */
export interface OwnTelemetry {
  /** Has the command run within its span. */
  run(action: () => Promise<ExitCode>): Promise<ExitCode>;
  /** The command came to nothing. */
  failed(error: unknown): void;
  /** Ends what is under way as interrupted, and sends it, for as long as one may be asked to wait. */
  interrupted(): Promise<void>;
}

/** Starts the SDK, as the environment says. Whatever is wrong is said by `warn`, and keeps nobody from anything. */
export function startTelemetry(command: string, warn: (text: string) => void): OwnTelemetry | null {
  try {
    return new CommandTelemetry(command, warn);
  } catch (error) {
    warn(`no spans of this run: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}

class CommandTelemetry implements OwnTelemetry {
  private readonly command: string;
  private readonly warn: (text: string) => void;
  private readonly sender: OtlpSender<ReadableSpan[]>;
  private readonly open = new OpenSpans();
  private readonly provider: BasicTracerProvider;
  private readonly parent: Context;
  private span: Span | undefined;
  private closing: Promise<void> | undefined;

  constructor(command: string, warn: (text: string) => void) {
    const exporter = getStringFromEnv('OTEL_TRACES_EXPORTER') ?? 'otlp';
    if (exporter !== 'otlp') throw new Error(`OTEL_TRACES_EXPORTER: found "${exporter}", expected otlp or none`);
    this.command = command;
    this.warn = warn;
    const parent = parentFromEnv();
    // What was decided about the trace that this belongs to holds for it too.
    this.parent = parent === null ? context.active() : trace.setSpanContext(context.active(), parent);
    this.sender = spanSender();
    this.provider = new BasicTracerProvider({
      resource: defaultResource()
        .merge(resourceFromAttributes({ 'service.name': 'heaplay', 'service.version': VERSION }))
        .merge(detectResources({ detectors: [envDetector] })),
      spanProcessors: [this.open, new BatchSpanProcessor(exporterTo(this.sender))],
    });
    trace.setGlobalTracerProvider(this.provider);
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  }

  async run(action: () => Promise<ExitCode>): Promise<ExitCode> {
    const attributes = { [RUN_ATTRIBUTES.command]: this.command };
    const span = trace.getTracer('heaplay', VERSION).startSpan(`heaplay ${this.command}`, { attributes }, this.parent);
    this.span = span;
    try {
      const exitCode = await context.with(trace.setSpan(this.parent, span), action);
      span.setAttribute(RUN_ATTRIBUTES.exitCode, exitCode);
      return exitCode;
    } catch (error) {
      this.failed(error);
      span.setAttribute(RUN_ATTRIBUTES.exitCode, EXIT.internal);
      throw error;
    } finally {
      span.end();
      await this.close();
    }
  }

  failed(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.span?.recordException(error instanceof Error ? error : message);
    this.span?.setStatus({ code: SpanStatusCode.ERROR, message });
  }

  async interrupted(): Promise<void> {
    this.open.endAll();
    const waited = new Promise<void>((resolve) => {
      setTimeout(resolve, PATIENCE);
    });
    await Promise.race([this.close(), waited]);
  }

  /** Sends what there is. Says once why the receiver did not take it. */
  private close(): Promise<void> {
    this.closing ??= this.shutdown();
    return this.closing;
  }

  private async shutdown(): Promise<void> {
    // The SDK says what an exporter threw; this one throws nothing.
    await this.provider.shutdown().catch(() => {});
    trace.disable();
    context.disable();
    const { made, accepted, reasons } = this.sender.counts;
    if (accepted === made) return;
    this.warn(
      `${made - accepted} of ${made} spans of this run were not taken by ${this.sender.url}: ${reasons.join('; ')}`,
    );
  }
}

function exporterTo(sender: OtlpSender<ReadableSpan[]>): SpanExporter {
  return {
    export: (spans, done) => {
      const send = async (): Promise<void> => {
        await sender.send(spans, spans.length);
        // What became of them the sender counts.
        done({ code: ExportResultCode.SUCCESS });
      };
      void send();
    },
    forceFlush: () => sender.flush(),
    shutdown: () => sender.close(),
  };
}

/** Knows the spans that are not over, so that an interrupt can end them. */
class OpenSpans implements SpanProcessor {
  private readonly spans = new Set<Span>();

  onStart(span: Parameters<SpanProcessor['onStart']>[0]): void {
    this.spans.add(span);
  }

  onEnd(ended: ReadableSpan): void {
    for (const span of this.spans) {
      if (span.spanContext().spanId === ended.spanContext().spanId) this.spans.delete(span);
    }
  }

  /** The innermost first. */
  endAll(): void {
    for (const span of [...this.spans].toReversed()) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: 'interrupted' });
      span.end();
    }
  }

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}
