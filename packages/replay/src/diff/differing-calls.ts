import type { CallVerdict } from './call-verdict.ts';

/** How a call differs between two runs: `orphaned`, it was skipped in B; `onlyInA` and `onlyInB`, it has no counterpart. */
export type CallClass = Exclude<CallVerdict, 'same'> | 'orphaned' | 'onlyInA' | 'onlyInB';

/** All classes; a class is written as its place among them. */
export const CALL_CLASSES: readonly CallClass[] = [
  'moved',
  'failedOnlyInA',
  'failedOnlyInB',
  'changed',
  'orphaned',
  'onlyInA',
  'onlyInB',
];

const FIRST_CAPACITY = 1024;

/** The calls in which two runs differ, in their order, in columns of nine bytes. */
export class DifferingCalls {
  private count = 0;
  private inA = new Uint32Array(FIRST_CAPACITY);
  private inB = new Uint32Array(FIRST_CAPACITY);
  private kinds = new Uint8Array(FIRST_CAPACITY);

  /** How many there are. */
  get length(): number {
    return this.count;
  }

  /** For each, its record in A; 0: it has none. */
  get a(): Uint32Array {
    return this.inA.subarray(0, this.count);
  }

  /** For each, its record in B; 0: it has none. */
  get b(): Uint32Array {
    return this.inB.subarray(0, this.count);
  }

  /** For each, how it differs: a place in {@link CALL_CLASSES}. */
  get classes(): Uint8Array {
    return this.kinds.subarray(0, this.count);
  }

  /** Adds one behind those that are there. */
  add(a: number, b: number, kind: CallClass): void {
    const at = this.count++;
    if (at === this.inA.length) this.grow();
    this.inA[at] = a;
    this.inB[at] = b;
    this.kinds[at] = CALL_CLASSES.indexOf(kind);
  }

  private grow(): void {
    const { inA, inB, kinds } = this;
    this.inA = new Uint32Array(inA.length * 2);
    this.inA.set(inA);
    this.inB = new Uint32Array(inB.length * 2);
    this.inB.set(inB);
    this.kinds = new Uint8Array(kinds.length * 2);
    this.kinds.set(kinds);
  }
}
