import { SpanStatusCode, context, trace } from '@opentelemetry/api';
import type { Attributes, Context, Span, TimeInput } from '@opentelemetry/api';
import { VERSION } from '../version.ts';
import { RUN_ATTRIBUTES } from './run-attributes.ts';
import type { RunSpanName } from './run-attributes.ts';

/** A run of heaplay's own as a span. Without an SDK it costs next to nothing, and goes nowhere. */
export class RunSpan {
  /** For what belongs to it. */
  readonly context: Context;
  private readonly span: Span;
  private isOver = false;

  /** Begins now unless said, below `parent`, or else what is under way. */
  constructor(name: RunSpanName, attributes: Attributes, parent: Context = context.active(), startTime?: TimeInput) {
    const options = startTime === undefined ? { attributes } : { attributes, startTime };
    this.span = trace.getTracer('heaplay', VERSION).startSpan(name, options, parent);
    this.context = trace.setSpan(parent, this.span);
  }

  /** Says more of it. */
  set(attributes: Attributes): void {
    this.span.setAttributes(attributes);
  }

  /** It came to nothing. */
  fail(error: unknown, endTime?: TimeInput): void {
    const exception = error instanceof Error ? error : String(error);
    this.span.recordException(exception, endTime);
    this.span.setStatus({
      code: SpanStatusCode.ERROR,
      message: error instanceof Error ? error.message : String(error),
    });
    this.end(endTime);
  }

  /** Nobody waits for it any more. */
  cancel(): void {
    if (!this.isOver) this.set({ [RUN_ATTRIBUTES.cancelled]: true });
    this.end();
  }

  /** It is over, now unless said; a second time it stays as it is. */
  end(endTime?: TimeInput): void {
    if (this.isOver) return;
    this.isOver = true;
    this.span.end(endTime);
  }
}
