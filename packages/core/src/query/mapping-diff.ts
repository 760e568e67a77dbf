import { forEachChangedPage } from '../memory/changed-pages.ts';
import { PAGE_RECORDS } from '../memory/word-page.ts';
import { openState } from '../state/heap-reader.ts';
import type { HeapReader } from '../state/heap-reader.ts';
import type { HeapState } from '../state/heap-state.ts';
import { directMappings, mappingAt } from './mappings.ts';
import type { Mapping } from './mappings.ts';

/** A mapping in two states; null where there is none at that address for that CPU or domain. */
export interface MappingChange {
  readonly a: Mapping | null;
  readonly b: Mapping | null;
}

/** What is mapped otherwise in the second of two states of one machine. The cost follows what differs. */
export function changedMappings(a: HeapState, b: HeapState): MappingChange[] {
  if (a.mappings === b.mappings) return [];
  const { mappings: layout } = a.platform;
  const [heapA, heapB] = [openState(a), openState(b)];
  const changes: MappingChange[] = [];
  const note = (inA: Mapping | null, inB: Mapping | null): void => {
    if (!sameMapping(inA, inB)) changes.push({ a: inA, b: inB });
  };
  forEachChangedPage(a.mappings, b.mappings, layout.depth, (_, __, number) => {
    for (let record = number * PAGE_RECORDS; record < (number + 1) * PAGE_RECORDS; record++) {
      const place = layout.placeAt(record);
      const mfn = layout.frameAt(record);
      if (place !== undefined) note(mappedAt(heapA, place), mappedAt(heapB, place));
      if (mfn === undefined) continue;
      for (const permanent of [false, true]) note(direct(heapA, mfn, permanent), direct(heapB, mfn, permanent));
    }
  });
  return changes;
}

function mappedAt(heap: HeapReader, place: number): Mapping | null {
  return heap.space.live.count(place) > 0 ? mappingAt(heap, place) : null;
}

function direct(heap: HeapReader, mfn: number, permanent: boolean): Mapping | null {
  return directMappings(heap, mfn).find((mapping) => mapping.permanent === permanent) ?? null;
}

function sameMapping(a: Mapping | null, b: Mapping | null): boolean {
  if (a === null || b === null) return a === b;
  return (
    a.mfn === b.mfn &&
    a.references === b.references &&
    a.cpu === b.cpu &&
    a.vcpu === b.vcpu &&
    a.va === b.va &&
    a.permanent === b.permanent
  );
}
