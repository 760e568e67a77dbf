import type { WordMemory } from '../memory/word-memory.ts';
import { stop } from '../reducer/xen-stop.ts';

/** Slots of a table. */
export const SLOTS = 1024;

/** Pages that the window of a slot shows: 2 MiB. */
export const SLOT_PAGES = 512;

/** Records of a table: two slots each. */
export const SLOT_TABLE_RECORDS: number = SLOTS / 2;

/** Mappings of one slot at most. */
const MOST_REFERENCES = 15;
const FIRST_WARNING = 32;

/**
 * The domain page slots of a CPU on 32-bit Arm (ARM32MAP-1 to ARM32MAP-8): an open-addressed table of 1024 windows of
 * 2 MiB each, with a count of the mappings in it.
 *
 * A slot is two words: the number of its 2 MiB block + 1 (0: never used), and its count.
 */
export class SlotTable {
  private readonly memory: WordMemory;
  private readonly first: number;
  private readonly warnings: number;
  /** Slots passed over by the last {@link map} if it warns of a table that fills, else 0 (ARM32MAP-7). */
  warnedAfter = 0;

  /** `first`: first record of the table; `warnings`: the record that keeps when to warn next, shared by all tables. */
  constructor(memory: WordMemory, first: number, warnings: number) {
    this.memory = memory;
    this.first = first;
    this.warnings = warnings;
  }

  /** Maps a frame; returns the slot. Stops if every slot refuses. */
  map(mfn: number): number {
    const block = Math.floor(mfn / SLOT_PAGES);
    this.warnedAfter = 0;
    for (let tries = 0; tries < SLOTS; tries++) {
      const slot = (block + tries) % SLOTS;
      const references = this.references(slot);
      if (this.block(slot) === block && references < MOST_REFERENCES) this.write(slot, 1, references + 1);
      else if (references === 0) {
        this.write(slot, 0, block + 1);
        this.write(slot, 1, 1);
      } else continue;
      this.warn(tries);
      return slot;
    }
    return stop('BUG', 'ARM32MAP-6', `none of the ${SLOTS} slots takes frame 0x${mfn.toString(16)}`);
  }

  /** Ends a mapping of a slot; false if it has none. */
  unmap(slot: number): boolean {
    const references = this.references(slot);
    if (references === 0) return false;
    this.write(slot, 1, references - 1);
    return true;
  }

  /** How many mappings a slot has. */
  references(slot: number): number {
    return this.memory.get(this.first + (slot >>> 1), (slot & 1) * 2 + 1);
  }

  /** The number of the block of 512 frames that a slot shows; -1 if it was never used. */
  block(slot: number): number {
    return (this.memory.get(this.first + (slot >>> 1), (slot & 1) * 2) >>> 0) - 1;
  }

  private write(slot: number, word: 0 | 1, value: number): void {
    this.memory.put(this.first + (slot >>> 1), (slot & 1) * 2 + word, value);
  }

  private warn(tries: number): void {
    const next = this.memory.get(this.warnings, 0) + FIRST_WARNING;
    if (tries < next) return;
    this.warnedAfter = tries;
    this.memory.put(this.warnings, 0, next * 2 - FIRST_WARNING);
  }
}
