import type { Mfn } from '@heaplay/core';
import { AllocationIndex } from './allocation-index.ts';

/** A frame of the recorded run, in the terms of the target. */
export type TargetFrame =
  /** Page of an allocation that the target made too. */
  | { readonly kind: 'allocated'; readonly mfn: Mfn }
  /** Page of an allocation that failed in the target. */
  | { readonly kind: 'orphaned' }
  /** Page of no allocation: a frame of the machine, the same in both. */
  | { readonly kind: 'physical'; readonly mfn: Mfn };

/** Reads every frame of the recorded run as "the k-th page of the allocation that returned it". */
export class Provenance {
  private readonly allocations = new AllocationIndex();
  /** By number of the allocation, from 1: its first frame in the recorded run, and in the target, null if it failed there. */
  private readonly recorded: number[] = [0];
  private readonly targets: (number | null)[] = [null];

  /** An allocation of the recorded run, and what the target gave for the same call. */
  allocated(mfn: number, order: number, target: number | null): void {
    this.allocations.add(mfn, order, this.recorded.length);
    this.recorded.push(mfn);
    this.targets.push(target);
  }

  /** What a frame of the recorded run is in the target. */
  find(mfn: number): TargetFrame {
    const allocation = this.allocations.find(mfn);
    if (allocation === 0) return { kind: 'physical', mfn: mfn as Mfn };
    const target = this.targets[allocation] ?? null;
    if (target === null) return { kind: 'orphaned' };
    return { kind: 'allocated', mfn: (target + mfn - (this.recorded[allocation] ?? 0)) as Mfn };
  }
}
