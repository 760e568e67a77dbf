import { packChanges, withPacked } from '../memory/packed-records.ts';
import type { PackedRecords } from '../memory/packed-records.ts';
import { EMPTY_DIRECTORY } from '../memory/word-directory.ts';
import { Ownership } from '../memory/word-page.ts';
import type { HeapState } from './heap-state.ts';

/**
 * What makes one state into a later one, packed: some 18 bytes a record that differs. A state that is kept whole costs
 * 600 bytes for every page of records that it does not share with another.
 */
export interface StateDelta {
  /** All of the later state but its memory. */
  readonly rest: HeapState;
  readonly packed: PackedRecords;
}

/** Packs what differs between two states of one run. The cost follows what differs. */
export function deltaBetween(before: HeapState, after: HeapState): StateDelta {
  return {
    rest: { ...after, memory: EMPTY_DIRECTORY },
    packed: packChanges(before.memory, after.memory, after.platform.memory.depth),
  };
}

/**
 * The state to which a chain of deltas leads: the first one begins at `state`, each other one where the one before it
 * ends. The cost follows what they hold.
 */
export function withDeltas(state: HeapState, deltas: readonly StateDelta[]): HeapState {
  const last = deltas.at(-1);
  if (last === undefined) return state;
  const owner = new Ownership();
  let { memory } = state;
  for (const { packed } of deltas) memory = withPacked(memory, state.platform.memory.depth, packed, owner);
  owner.closed = true;
  return { ...last.rest, memory };
}
