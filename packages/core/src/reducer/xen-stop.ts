import type { BugKind, HeapBug } from '../call/outcome.ts';

/** Thrown inside of the reducer where the real allocator stops; the transaction turns it into the outcome `bug`. */
export class XenStop extends Error {
  override readonly name = 'XenStop';
  readonly bug: HeapBug;

  constructor(kind: BugKind, rule: string, message: string) {
    super(`${kind} [${rule}] ${message}`);
    this.bug = { kind, rule, message };
  }
}

/** Stops as Xen would. */
export function stop(kind: BugKind, rule: string, message: string): never {
  throw new XenStop(kind, rule, message);
}

/** A frame number as people write it. */
export function hex(mfn: number): string {
  return `0x${mfn.toString(16)}`;
}
