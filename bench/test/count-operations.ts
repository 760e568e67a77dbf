import type { HeapCall, HeapState } from '@heaplay/core';
import { HeapBatch } from '@heaplay/core';
import { WordDirectory } from '../../packages/core/src/memory/word-directory.ts';
import { WordMemory } from '../../packages/core/src/memory/word-memory.ts';

/** What a run costs, told in operations and not in time; per event. */
export interface Operations {
  /** Different records read or written by an event. */
  readonly records: number;
  /** Words that an event changed. */
  readonly words: number;
  /** Pages of the memory that were copied or made. */
  readonly pages: number;
  /** Directories above the pages that were copied or made. */
  readonly directories: number;
}

/** Calls that are watched on their way into the memory. The product counts nothing: its methods are wrapped from here. */
class Watch {
  records = 0;
  words = 0;
  private readonly touched = new Set<number>();
  private readonly read = WordMemory.prototype.read;
  private readonly page = WordMemory.prototype.page;
  private readonly set = WordMemory.prototype.set;

  begin(): void {
    const { read, page, set, touched } = this;
    WordMemory.prototype.read = function watchedRead(record): ReturnType<typeof read> {
      touched.add(record);
      return read.call(this, record);
    };
    WordMemory.prototype.page = function watchedPage(record): ReturnType<typeof page> {
      touched.add(record);
      return page.call(this, record);
    };
    const note = (): void => {
      this.words++;
    };
    WordMemory.prototype.set = function watchedSet(of, offset, value): void {
      if (of.words[offset] !== (value | 0)) note();
      set.call(this, of, offset, value);
    };
  }

  event(): void {
    this.records += this.touched.size;
    this.touched.clear();
  }

  end(): void {
    WordMemory.prototype.read = this.read;
    WordMemory.prototype.page = this.page;
    WordMemory.prototype.set = this.set;
  }
}

/** Replays calls, a state every `perState` of them, and counts. */
export function countOperations(start: HeapState, calls: readonly HeapCall[], perState: number): Operations {
  const watch = new Watch();
  let pages = 0;
  let directories = 0;
  let state = start;
  watch.begin();
  try {
    for (let at = 0; at < calls.length; at += perState) {
      const batch = new HeapBatch(state);
      for (const call of calls.slice(at, at + perState)) {
        batch.apply(call);
        watch.event();
      }
      pages += batch.view.copiedPages;
      const next = batch.commit();
      directories += newDirectories(state.memory, next.memory);
      state = next;
    }
  } finally {
    watch.end();
  }
  const events = calls.length;
  return {
    records: watch.records / events,
    words: watch.words / events,
    pages: pages / events,
    directories: directories / events,
  };
}

/** Directories of the later tree that the earlier one does not share with it. */
function newDirectories(before: WordDirectory | undefined, after: WordDirectory): number {
  if (before === after) return 0;
  let count = 1;
  for (const [slot, entry] of after.entries.entries()) {
    if (!(entry instanceof WordDirectory)) continue;
    const old = before?.entries[slot];
    count += newDirectories(old instanceof WordDirectory ? old : undefined, entry);
  }
  return count;
}
