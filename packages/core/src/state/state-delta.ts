import { packChanges, withPacked } from '../memory/packed-records.ts';
import type { PackedRecords } from '../memory/packed-records.ts';
import { EMPTY_DIRECTORY } from '../memory/word-directory.ts';
import { HEAP_SALT, MAPPING_SALT, Ownership } from '../memory/word-page.ts';
import type { HeapState } from './heap-state.ts';

/**
 * What makes one state into a later one, packed: some 18 bytes a record that differs. A state that is kept whole costs
 * 600 bytes for every page of records that it does not share with another.
 */
export interface StateDelta {
  /** All of the later state but its memories. */
  readonly rest: HeapState;
  /** Records of the heap, and of the mappings (null: none of these differs). */
  readonly packed: PackedRecords;
  readonly packedMappings: PackedRecords | null;
}

/** Packs what differs between two states of one run. The cost follows what differs. */
export function deltaBetween(before: HeapState, after: HeapState): StateDelta {
  const { memory, mappings } = after.platform;
  return {
    rest: { ...after, memory: EMPTY_DIRECTORY, mappings: EMPTY_DIRECTORY },
    packed: packChanges(before.memory, after.memory, memory.depth),
    packedMappings:
      before.mappings === after.mappings ? null : packChanges(before.mappings, after.mappings, mappings.depth),
  };
}

/**
 * The state to which a chain of deltas leads: the first one begins at `state`, each other one where the one before it
 * ends. The cost follows what they hold.
 */
export function withDeltas(state: HeapState, deltas: readonly StateDelta[]): HeapState {
  const last = deltas.at(-1);
  if (last === undefined) return state;
  const { platform } = state;
  const owner = new Ownership();
  let { memory, mappings } = state;
  for (const { packed, packedMappings } of deltas) {
    memory = withPacked(memory, platform.memory.depth, packed, owner, HEAP_SALT);
    if (packedMappings === null) continue;
    mappings = withPacked(mappings, platform.mappings.depth, packedMappings, owner, MAPPING_SALT);
  }
  owner.closed = true;
  return { ...last.rest, memory, mappings };
}
