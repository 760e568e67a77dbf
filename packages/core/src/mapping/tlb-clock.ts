import type { WordMemory } from '../memory/word-memory.ts';
import { RECORD_WORDS } from '../memory/word-page.ts';
import { CPU_LIMIT } from '../units/ids.ts';

/** Records that the clock needs. */
export const TLB_CLOCK_RECORDS: number = 1 + CPU_LIMIT / RECORD_WORDS;

/** When which CPU last flushed its TLB (X86MAP-1, X86MAP-4): times of a clock that each flush moves on, from 1. */
export class TlbClock {
  private readonly memory: WordMemory;
  private readonly first: number;

  /** `first`: its first record. */
  constructor(memory: WordMemory, first: number) {
    this.memory = memory;
    this.first = first;
  }

  /** The time now. */
  get now(): number {
    return (this.memory.get(this.first, 0) + 1) >>> 0;
  }

  /** When a CPU last flushed; 0: never. */
  flushedAt(cpu: number): number {
    return this.memory.get(this.first + 1 + Math.floor(cpu / RECORD_WORDS), cpu % RECORD_WORDS) >>> 0;
  }

  /** A CPU flushes its TLB. */
  flush(cpu: number): void {
    // Kept less one, so that memory that was never written is a clock that stands at 1.
    this.memory.put(this.first, 0, this.now);
    this.memory.put(this.first + 1 + Math.floor(cpu / RECORD_WORDS), cpu % RECORD_WORDS, this.now);
  }
}
