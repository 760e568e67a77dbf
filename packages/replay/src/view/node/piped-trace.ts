import { randomUUID } from 'node:crypto';
import { fileChunks } from '../../trace/node/file.ts';
import { MOST_KEPT, tooLongToKeep } from '../../trace/node/read-again.ts';
import type { OpenedTrace, ServedTrace } from './served-trace.ts';

/** A trace that can be read only once, from the standard input or a pipe: it is kept, so that a page may ask twice. */
export class PipedTrace implements ServedTrace {
  readonly name: string;
  readonly live: boolean;
  note: string | null = null;
  private readonly path: string;
  private readonly most: number;
  private readonly id = randomUUID();
  private readonly kept: Uint8Array[] = [];
  private length = 0;
  private over = false;
  private failure: unknown;
  private readonly waiting = new Set<() => void>();

  /** Begins to read. `most`: bytes that are kept. */
  constructor(name: string, path: string, live: boolean, most: number = MOST_KEPT) {
    this.name = name;
    this.path = path;
    this.live = live;
    this.most = most;
    void this.readAll();
  }

  /** Resolves when there is nothing more to come. Throws `TraceError` if it cannot be read, or is too long. */
  async whole(): Promise<void> {
    while (!this.over) await this.change(new AbortController().signal);
    if (this.failure !== undefined) throw this.failure;
  }

  async open(): Promise<OpenedTrace> {
    const { length: size } = this;
    const pieces = [...this.kept];
    return {
      size,
      etag: `"${this.id}-${size}"`,
      async *read(first, end) {
        let at = 0;
        for (const piece of pieces) {
          const from = Math.max(first - at, 0);
          const to = Math.min(end - at, piece.length);
          if (from < to) yield piece.subarray(from, to);
          at += piece.length;
        }
      },
      close: async () => {},
    };
  }

  async *follow(signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    for (let at = 0; !signal.aborted;) {
      const piece = this.kept[at];
      if (piece !== undefined) {
        at += 1;
        yield piece;
      } else if (this.over) {
        if (this.failure !== undefined) throw this.failure;
        return;
      } else await this.change(signal);
    }
  }

  private async readAll(): Promise<void> {
    try {
      for await (const chunk of fileChunks(this.path)) {
        if (this.length + chunk.length > this.most) throw tooLongToKeep(this.path, this.most);
        this.kept.push(chunk.slice());
        this.length += chunk.length;
        this.wake();
      }
    } catch (error) {
      this.failure = error;
      this.note = error instanceof Error ? error.message : String(error);
    }
    this.over = true;
    this.wake();
  }

  private change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }

  private wake(): void {
    for (const wake of this.waiting) wake();
  }
}
