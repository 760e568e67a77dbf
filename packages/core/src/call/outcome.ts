import type { CallResult } from './call.ts';

/** How the real allocator stops: a fatal check, a debug check, a panic, a fault. */
export type BugKind = 'BUG' | 'ASSERT' | 'PANIC' | 'FAULT';

/** Every kind of stop. */
export const BUG_KINDS: readonly BugKind[] = ['BUG', 'ASSERT', 'PANIC', 'FAULT'];

/** The real allocator would have stopped at this call: which rule was broken, and how. The state is the one before the call. */
export interface HeapBug {
  readonly kind: BugKind;
  /** Id of the rule in `SPEC.md`. */
  readonly rule: string;
  /** What was found, in words. */
  readonly message: string;
}

/** What came of a call. */
export interface Outcome {
  /** What the call returned; `undefined` if it returns nothing, stopped, or is not modelled. */
  readonly result: CallResult;
  /** How often the low-memory interrupt was raised (VIRQ-2). */
  readonly virqs: number;
  /** Set if Xen would have stopped here. */
  readonly bug: HeapBug | null;
}
