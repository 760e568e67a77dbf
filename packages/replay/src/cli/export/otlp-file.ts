import { InvariantError } from '@heaplay/core';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { exactJsonTraces } from './exact-serializer.ts';
import { telemetry } from './exported-run.ts';
import type { ExportedRun } from './exported-run.ts';
import { SPANS_A_BATCH, readableSpan } from './readable-span.ts';
import { spanLimits } from './span-limits.ts';
import { frameOf } from './telemetry-frame.ts';
import type { TelemetryFrame } from './telemetry-frame.ts';
import type { Terminal } from '../terminal.ts';

const HEAD = '{"resourceSpans":[';
const TAIL = ']}';

/** The spans of what is exported as one OTLP/JSON object, piece by piece: every batch makes entries of `resourceSpans`. */
export async function* otlpJson(
  run: ExportedRun,
  frames: readonly TelemetryFrame[],
  terminal: Terminal,
): AsyncGenerator<string, void, undefined> {
  const limits = spanLimits();
  let before = HEAD;
  let batch: ReadableSpan[] = [];
  for await (const { side, item } of telemetry(run, {}, terminal)) {
    if (item.kind === 'metrics') continue;
    if (batch.length === SPANS_A_BATCH) {
      yield before + entriesOf(batch);
      before = ',';
      batch = [];
    }
    batch.push(readableSpan(item, frameOf(frames, side), limits));
  }
  // The root is there in any case, so no file is without a batch.
  yield `${before}${entriesOf(batch)}${TAIL}\n`;
}

function entriesOf(batch: ReadableSpan[]): string {
  const text = new TextDecoder().decode(exactJsonTraces.serializeRequest(batch));
  if (!text.startsWith(HEAD) || !text.endsWith(TAIL)) throw new InvariantError('OTLP/JSON has spans by resource');
  return text.slice(HEAD.length, -TAIL.length);
}
