import { type ByteChunks, joinBytes } from './bytes.ts';
import type { Compression } from './unpack.ts';

/** Bytes of a zstd frame before compression: each can be read without the ones before it. */
const FRAME_BYTES = 2 ** 20;

/** Compresses bytes as they come. */
export async function* packBytes(
  bytes: ByteChunks,
  compression: Compression,
): AsyncGenerator<Uint8Array, void, undefined> {
  switch (compression) {
    case 'none':
      yield* bytes;
      return;
    case 'gzip':
      yield* gzip(bytes);
      return;
    case 'zstd':
      yield* zstd(bytes);
      return;
  }
}

async function* gzip(bytes: ByteChunks): AsyncGenerator<Uint8Array, void, undefined> {
  const stream = new CompressionStream('gzip');
  const feeding = feed(bytes, stream.writable.getWriter());
  // Its failure reaches the reader below by way of the stream; here it only must not go unhandled.
  feeding.catch(() => {});
  const reader = stream.readable.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
    await feeding;
  } finally {
    await reader.cancel();
  }
}

async function feed(bytes: ByteChunks, writer: WritableStreamDefaultWriter<Uint8Array>): Promise<void> {
  try {
    for await (const chunk of bytes) {
      await writer.ready;
      await writer.write(chunk);
    }
    await writer.close();
  } catch (error) {
    await writer.abort(error);
    throw error;
  }
}

async function* zstd(bytes: ByteChunks): AsyncGenerator<Uint8Array, void, undefined> {
  // Most traces are written without it, and it is larger than all the rest.
  const { Zstd } = await import('@hpcc-js/wasm-zstd');
  const library = await Zstd.load();
  let frame: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    frame.push(chunk);
    length += chunk.length;
    if (length < FRAME_BYTES) continue;
    yield library.compress(joinBytes(frame));
    frame = [];
    length = 0;
  }
  if (length > 0) yield library.compress(joinBytes(frame));
}
