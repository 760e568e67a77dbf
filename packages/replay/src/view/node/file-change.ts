import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';

/** Milliseconds after which a file is looked at though nothing was heard of it: not every file system tells. */
const POLL = 250;

/** Waits for something to happen to a file. */
export class FileChange {
  private readonly watcher: FSWatcher | undefined;
  private heard = false;
  private wake = (): void => {};

  constructor(path: string) {
    try {
      this.watcher = watch(path, { persistent: false }, () => this.hear());
      // From now on the clock alone.
      this.watcher.on('error', () => this.watcher?.close());
    } catch {
      // The clock alone.
    }
  }

  /** Resolves when something may have happened since it was last asked, at the latest after a quarter of a second. */
  async next(signal: AbortSignal): Promise<void> {
    if (!this.heard && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, POLL);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
        signal.addEventListener('abort', this.wake, { once: true });
      });
      signal.removeEventListener('abort', this.wake);
    }
    this.heard = false;
  }

  /** Ends it. */
  close(): void {
    this.watcher?.close();
  }

  private hear(): void {
    this.heard = true;
    this.wake();
  }
}
