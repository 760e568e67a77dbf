import type { WordMemory } from '../memory/word-memory.ts';
import { CPU_LIMIT } from '../units/ids.ts';
import { offsetInBlock } from '../units/mfn.ts';
import { readWide, writeWide } from './wide-words.ts';

const HASH_BITS = 3;

/** Lines of a virtual CPU's hash. */
export const HASH_LINES: number = 1 << HASH_BITS;

/** Records that the hashes of all virtual CPUs of a domain need. */
export const HASH_RECORDS: number = HASH_LINES * CPU_LIMIT;

// Words of a line: the frame (two), the slot, and how often it is mapped plus one; 0 is an empty line.
const FRAME = 0;
const SLOT = 2;
const STATE = 3;

/** A line of a virtual CPU's hash. */
export interface HashLine {
  readonly mfn: number;
  readonly slot: number;
  /** How often it is mapped; 0: idle. */
  readonly references: number;
}

/** The hashes of a domain's virtual CPUs: for each, the last mapping of frames that share a line (X86MAP-2, X86MAP-10). */
export class HashLines {
  private readonly memory: WordMemory;
  private readonly first: number;

  /** `first`: its first record, of {@link HASH_RECORDS}. */
  constructor(memory: WordMemory, first: number) {
    this.memory = memory;
    this.first = first;
  }

  /** A line; null if it is empty. */
  read(vcpu: number, index: number): HashLine | null {
    const record = this.recordOf(vcpu, index);
    const state = this.memory.get(record, STATE);
    if (state === 0) return null;
    return { mfn: readWide(this.memory, record, FRAME), slot: this.memory.get(record, SLOT), references: state - 1 };
  }

  /** Writes a line; null empties it. */
  write(vcpu: number, index: number, line: HashLine | null): void {
    const record = this.recordOf(vcpu, index);
    writeWide(this.memory, record, FRAME, line?.mfn ?? 0);
    this.memory.put(record, SLOT, line?.slot ?? 0);
    this.memory.put(record, STATE, line === null ? 0 : line.references + 1);
  }

  /** The first line from that of a frame on whose slot is idle (X86MAP-7); null if there is none. */
  firstIdle(vcpu: number, mfn: number): { readonly index: number; readonly slot: number } | null {
    for (let step = 0; step < HASH_LINES; step++) {
      const index = (lineOf(mfn) + step) % HASH_LINES;
      const line = this.read(vcpu, index);
      if (line?.references === 0) return { index, slot: line.slot };
    }
    return null;
  }

  private recordOf(vcpu: number, index: number): number {
    return this.first + vcpu * HASH_LINES + index;
  }
}

/** The line of a frame. */
export function lineOf(mfn: number): number {
  return offsetInBlock(mfn, HASH_BITS);
}
