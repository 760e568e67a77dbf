/** The rules of `heaplay lint`, in the order in which they are told. */
export const LINT_RULES = [
  'va-on-dom-heap',
  'va-beyond-direct-map',
  'stashed-transient',
  'unmap-on-other-cpu',
  'use-after-unmap',
  'use-after-free',
  'access-unmapped',
  'double-free',
  'free-unallocated',
  'free-wrong-heap',
  'order-mismatch',
  'xenheap-owned',
  'max-mfn-in-wrong-mode',
  'leak',
  'offline-dirty',
  'online-broken',
] as const;

/** The name of a rule. */
export type LintRule = (typeof LINT_RULES)[number];

/** A rule that a call breaks. */
export interface Finding {
  /** The record of the call. */
  readonly record: number;
  readonly rule: LintRule;
  /** What is wrong, with the frames and addresses. */
  readonly message: string;
}

/** Takes down a finding about the call under way. */
export type Report = (rule: LintRule, message: string) => void;
