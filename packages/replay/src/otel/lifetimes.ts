import type { Mfn, Probe } from '@heaplay/core';
import type { Counterpart } from './comparison.ts';
import { OpenAllocations } from './open-allocations.ts';
import type { OpenAllocation } from './open-allocations.ts';

/** An allocation from the call that made it to the one that frees its last page. */
export interface Lifetime extends OpenAllocation {
  /** Nanoseconds since the trace began. */
  readonly start: number;
  readonly isKept: boolean;
  /** The same allocation on the other side; null where nothing is compared. */
  counterpart: Counterpart | null;
}

/** The allocations of a run that are there now. Learns from a probe which of them a call takes pages of. */
export class Lifetimes {
  /** To be given to the session that carries the run out. */
  readonly probe: Probe = {
    onFree: (mfn, order) => {
      for (const lifetime of this.open.free(mfn, order)) this.freed.add(lifetime);
    },
  };
  private readonly open = new OpenAllocations<Lifetime>();
  private freed = new Set<Lifetime>();

  [Symbol.iterator](): IterableIterator<Lifetime> {
    return this.open[Symbol.iterator]();
  }

  /** An allocation was made. */
  start(record: number, mfn: Mfn, pages: number, at: number, isKept: boolean): Lifetime {
    const lifetime = { record, mfn, pages, held: pages, start: at, isKept, counterpart: null };
    this.open.add(lifetime);
    return lifetime;
  }

  /** Those that pages were taken of since this was asked last; of some nothing is held any more. */
  takeFreed(): readonly Lifetime[] {
    if (this.freed.size === 0) return [];
    const taken = [...this.freed];
    this.freed = new Set();
    return taken;
  }

  /** The call did not come about: what it took counts for nothing, and ends with the trace. */
  giveBack(freed: readonly Lifetime[]): void {
    for (const lifetime of freed) if (lifetime.held <= 0) this.open.add(lifetime);
  }
}
