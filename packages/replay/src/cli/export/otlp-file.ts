import { InvariantError } from '@heaplay/core';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { exactJsonTraces } from './exact-serializer.ts';
import { telemetry } from './exported-run.ts';
import type { ExportedRun } from './exported-run.ts';
import { SPANS_A_BATCH, readableSpan } from './readable-span.ts';
import { spanLimits } from './span-limits.ts';
import type { TelemetryFrame } from './telemetry-frame.ts';
import type { Terminal } from '../terminal.ts';

const HEAD = '{"resourceSpans":[';
const TAIL = ']}';

/** The spans of a run as one OTLP/JSON object, piece by piece: every batch is an entry of `resourceSpans`. */
export async function* otlpJson(
  run: ExportedRun,
  frame: TelemetryFrame,
  terminal: Terminal,
): AsyncGenerator<string, void, undefined> {
  const limits = spanLimits();
  // The root is there in any case, so no file is without a batch.
  let before = HEAD;
  let batch: ReadableSpan[] = [];
  for await (const item of telemetry(run, {}, terminal)) {
    if (item.kind === 'pause' || item.kind === 'metrics') continue;
    batch.push(readableSpan(item, frame, limits));
    if (batch.length < SPANS_A_BATCH && item.kind !== 'trace') continue;
    yield before + entryOf(batch);
    before = ',';
    batch = [];
  }
  yield `${TAIL}\n`;
}

function entryOf(batch: ReadableSpan[]): string {
  const text = new TextDecoder().decode(exactJsonTraces.serializeRequest(batch));
  if (!text.startsWith(HEAD) || !text.endsWith(TAIL)) throw new InvariantError('OTLP/JSON has spans by resource');
  return text.slice(HEAD.length, -TAIL.length);
}
