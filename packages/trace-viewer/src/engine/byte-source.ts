/** Where the bytes of a trace come from. */
export interface ByteSource {
  /** Bytes that are there, as far as is known; 0: not known. Of a trace that is followed, more come. */
  readonly bytes: number;
  /** Bytes that were read. */
  read(): number;
  /** The bytes. Throws {@link SourceLost} if no more can be had, and the reason of the signal if it was aborted. */
  chunks(): AsyncGenerator<Uint8Array, void, undefined>;
}

/** The bytes cannot be had, or no more of them. */
export class SourceLost extends Error {
  override readonly name = 'SourceLost';
}

/** In an answer that goes on as the trace is recorded: how much there is already. */
const SO_FAR = 'heaplay-bytes-so-far';

/** Opens an address that the page may fetch, or bytes that it holds. Throws as {@link ByteSource.chunks} does. */
export async function openSource(name: string, from: string | Blob, signal: AbortSignal): Promise<ByteSource> {
  if (typeof from !== 'string') {
    const lost = `${name} could not be read: it was moved, changed or is a folder. Next: choose it again`;
    return counted(from.size, from.stream(), signal, lost);
  }
  const lost = `${name}: the connection to "heaplay view" is lost. Next: start it again, and open the address that it prints`;
  const response = await fetch(from, { signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new SourceLost(lost, { cause: error });
  });
  if (!response.ok || response.body === null) {
    throw new SourceLost(
      `${name} could not be fetched: the server answered ${response.status} ${response.statusText}. Next: is the file still where it was when "heaplay view" was started?`,
    );
  }
  const bytes = response.headers.get(SO_FAR) ?? response.headers.get('content-length') ?? '0';
  return counted(Number(bytes), response.body, signal, lost);
}

function counted(bytes: number, stream: ReadableStream<Uint8Array>, signal: AbortSignal, lost: string): ByteSource {
  let read = 0;
  return {
    bytes,
    read: () => read,
    async *chunks() {
      const reader = stream.getReader();
      try {
        for (;;) {
          const { done, value } = await reader.read();
          if (done) return;
          read += value.length;
          yield value;
        }
      } catch (error) {
        signal.throwIfAborted();
        throw new SourceLost(lost, { cause: error });
      } finally {
        // Of a stream that has failed there is nothing to be cancelled.
        await reader.cancel().catch(() => {});
      }
    },
  };
}
