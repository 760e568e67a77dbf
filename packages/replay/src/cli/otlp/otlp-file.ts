import { InvariantError } from '@heaplay/core';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { exactJsonTraces } from './exact-serializer.ts';

const HEAD = '{"resourceSpans":[';
const TAIL = ']}';

/** Spans as one OTLP/JSON object, piece by piece: every batch is an entry of `resourceSpans`. */
export async function* otlpJson(
  batches: AsyncIterable<readonly ReadableSpan[]>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const encoder = new TextEncoder();
  let separator = HEAD;
  for await (const batch of batches) {
    const bytes = exactJsonTraces.serializeRequest([...batch]);
    const text = new TextDecoder().decode(bytes);
    if (!text.startsWith(HEAD) || !text.endsWith(TAIL)) throw new InvariantError('OTLP/JSON has spans by resource');
    yield encoder.encode(separator + text.slice(HEAD.length, -TAIL.length));
    separator = ',';
  }
  yield encoder.encode(`${separator === HEAD ? HEAD : ''}${TAIL}\n`);
}
