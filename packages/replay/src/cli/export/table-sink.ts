import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { STDIO, writeFileWhole } from '../../trace/node/file.ts';
import type { Terminal } from '../terminal.ts';

/** Where the bytes of a table go. */
export interface TableSink {
  /** Returns as soon as more may come. */
  write(bytes: Uint8Array): Promise<void>;
  /** All of it is there. */
  close(): Promise<void>;
  /** Nothing more will come: of a file, nothing is left. */
  drop(error: Error): Promise<void>;
}

/** Text to the standard output, as a command prints it. */
export function terminalSink({ out }: Terminal): TableSink {
  const text = new TextDecoder();
  return {
    write: (bytes) => (bytes.length === 0 ? Promise.resolve() : out(text.decode(bytes))),
    close: () => Promise.resolve(),
    drop: () => Promise.resolve(),
  };
}

/** A file, which appears whole or not at all; bytes to the standard output for `-`. */
export function fileSink(path: string = STDIO): TableSink {
  const bytes = new PassThrough();
  const written = writeFileWhole(path, bytes);
  // It may fail at any time, and is asked at every write.
  const failures: unknown[] = [];
  const watched = written.catch((error: unknown) => {
    failures.push(error);
  });
  const expectAlive = (): void => {
    if (failures.length > 0) throw failures[0];
  };
  return {
    async write(piece) {
      expectAlive();
      if (!bytes.write(piece)) await Promise.race([once(bytes, 'drain'), watched]);
      expectAlive();
    },
    async close() {
      bytes.end();
      await written;
    },
    async drop(error) {
      bytes.destroy(error);
      await watched;
    },
  };
}
