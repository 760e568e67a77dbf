import { open, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { FooterWatch } from '../footer-watch.ts';
import { FileChange } from './file-change.ts';

/** Why nothing more comes of a file that is followed. */
export type FollowEnd =
  /** Its footer was there. */
  | 'footer'
  /** Nobody wants more. */
  | 'stopped'
  /** Another file has its name now. */
  | 'replaced'
  /** It is shorter than it was. */
  | 'truncated'
  /** It has no name any more. */
  | 'gone';

/** Bytes that are read at one go. */
const READ_BYTES = 262_144;

/**
 * The bytes of a trace file, and those that are appended, as they are: until its footer, until it turns into another
 * file, or until `signal`. `told` hears why it ended. Throws what opening or reading the file throws.
 */
export async function* followFile(
  path: string,
  signal: AbortSignal,
  told: (end: FollowEnd) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  const file = await open(path);
  const change = new FileChange(path);
  const footer = new FooterWatch();
  try {
    for (let at = 0; ;) {
      const bytes = await readAt(file, at);
      at += bytes.length;
      footer.push(bytes);
      if (bytes.length > 0) yield bytes;
      const end = signal.aborted ? 'stopped' : await endOf({ path, file, at, footer });
      if (end !== null) {
        told(end);
        return;
      }
      if (bytes.length === 0) await change.next(signal);
    }
  } finally {
    change.close();
    await file.close();
  }
}

async function readAt(file: FileHandle, at: number): Promise<Uint8Array> {
  const { buffer, bytesRead } = await file.read(new Uint8Array(READ_BYTES), 0, READ_BYTES, at);
  return buffer.subarray(0, bytesRead);
}

interface Place {
  readonly path: string;
  readonly file: FileHandle;
  readonly at: number;
  readonly footer: FooterWatch;
}

async function endOf({ path, file, at, footer }: Place): Promise<FollowEnd | null> {
  const here = await file.stat();
  if (here.size < at) return 'truncated';
  if (here.size > at) return null;
  if (footer.ended) return 'footer';
  try {
    const named = await stat(path);
    return named.ino === here.ino && named.dev === here.dev ? null : 'replaced';
  } catch {
    return 'gone';
  }
}
