import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { FollowEnd } from './follow-file.ts';
import { followFile } from './follow-file.ts';
import type { OpenedTrace, ServedTrace } from './served-trace.ts';

const NOTES: Readonly<Record<FollowEnd, string | null>> = {
  footer: null,
  stopped: null,
  replaced: 'another file has taken its place, which is not followed',
  truncated: 'the file was truncated: it is not followed any further',
  gone: 'the file was deleted: nothing more can come',
};

/** A trace in a file, which is opened anew each time. */
export class FileTrace implements ServedTrace {
  readonly name: string;
  readonly live: boolean;
  note: string | null = null;
  private readonly path: string;
  private readonly tell: (note: string) => void;

  /** `tell` hears why it is not followed any further. */
  constructor(name: string, path: string, live: boolean, tell: (note: string) => void) {
    this.name = name;
    this.path = path;
    this.live = live;
    this.tell = tell;
  }

  async open(): Promise<OpenedTrace> {
    const file = await open(this.path);
    const { size, ino, mtimeNs } = await file.stat({ bigint: true });
    const etag = `"${[ino, size, mtimeNs].map((part) => part.toString(36)).join('-')}"`;
    return {
      size: Number(size),
      etag,
      read: (first, end) => readFile(file, first, end),
      close: () => file.close(),
    };
  }

  follow(signal: AbortSignal): AsyncIterable<Uint8Array> {
    this.note = null;
    return followFile(this.path, signal, (end) => {
      this.note = NOTES[end];
      if (this.note !== null) this.tell(this.note);
    });
  }
}

async function* readFile(file: FileHandle, first: number, end: number): AsyncGenerator<Uint8Array> {
  if (first === end) return;
  let left = end - first;
  const stream = file.createReadStream({ start: first, end: end - 1, highWaterMark: 262_144, autoClose: false });
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    left -= chunk.length;
    yield chunk;
  }
  if (left > 0) throw new Error(`the file has become shorter while it was read, by ${left} bytes`);
}
