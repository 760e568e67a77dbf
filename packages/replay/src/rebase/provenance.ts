import type { Mfn, Order } from '@heaplay/core';
import { AllocationIndex } from './allocation-index.ts';

/** A frame of the recorded run, in the terms of the target. */
export type TargetFrame =
  /** Page of an allocation that the target made too. */
  | { readonly kind: 'allocated'; readonly mfn: Mfn }
  /** Page of an allocation that failed in the target. */
  | { readonly kind: 'orphaned' }
  /** Page of no allocation: a frame of the machine, the same in both. */
  | { readonly kind: 'physical'; readonly mfn: Mfn };

/** An allocation of the recorded run, and the one that the target made for the same call. */
interface FollowedAllocation {
  readonly mfn: number;
  readonly order: number;
  /** Null: it failed there. */
  readonly target: number | null;
  readonly targetOrder: number;
}

/** A block of the recorded run, in the terms of the target. */
export type TargetBlock =
  | { readonly kind: 'block'; readonly mfn: Mfn; readonly order: Order }
  /** Of an allocation that failed in the target, or beyond the end of one that is smaller there. */
  | { readonly kind: 'orphaned' };

/** Reads every frame of the recorded run as "the k-th page of the allocation that returned it". */
export class Provenance {
  private readonly index = new AllocationIndex();
  /** By number, from 1. */
  private readonly allocations: (FollowedAllocation | undefined)[] = [undefined];

  /** An allocation of the recorded run, and what the target gave for the same call, of another order if that was changed. */
  allocated(mfn: number, order: number, target: number | null, targetOrder: number = order): void {
    this.index.add(mfn, order, this.allocations.length);
    this.allocations.push({ mfn, order, target, targetOrder });
  }

  /** What a frame of the recorded run is in the target. */
  find(mfn: number): TargetFrame {
    const allocation = this.allocations[this.index.find(mfn)];
    if (allocation === undefined) return { kind: 'physical', mfn: mfn as Mfn };
    const { target, order, targetOrder } = allocation;
    const page = mfn - allocation.mfn;
    if (target === null || (targetOrder < order && page >= 2 ** targetOrder)) return { kind: 'orphaned' };
    return { kind: 'allocated', mfn: (target + page) as Mfn };
  }

  /**
   * What a block of the recorded run is in the target. The whole of an allocation stays the whole of it, whatever its
   * order is there; a part stays that part, if it is there.
   */
  findBlock(mfn: number, order: Order): TargetBlock {
    const found = this.find(mfn);
    if (found.kind === 'orphaned') return found;
    const allocation = this.allocations[this.index.find(mfn)];
    if (allocation === undefined || allocation.targetOrder === allocation.order) {
      return { kind: 'block', mfn: found.mfn, order };
    }
    const { targetOrder } = allocation;
    if (mfn === allocation.mfn && order === allocation.order) {
      return { kind: 'block', mfn: found.mfn, order: targetOrder as Order };
    }
    if (mfn - allocation.mfn + 2 ** order > 2 ** targetOrder) return { kind: 'orphaned' };
    return { kind: 'block', mfn: found.mfn, order };
  }
}
