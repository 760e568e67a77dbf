import {
  assertUnreachable,
  availPages,
  dirtyDigest,
  dirtyRuns,
  heapDigest,
  nodeAvailPages,
  observeHeap,
} from '@heaplay/core';
import type { HeapReader, Observation } from '@heaplay/core';

/** The same look at another heap: the parts that were looked at, as they are there. */
export function observeAgain(observation: Observation, heap: HeapReader): Observation {
  switch (observation.type) {
    case 'observe_digest':
      return { ...observation, digest: heapDigest(heap) };
    case 'observe_heap':
      return observeHeapAgain(observation, heap);
    case 'observe_boot_regions':
      return { ...observation, regions: heap.bootRegions };
    case 'observe_avail':
      return { ...observation, pages: availPages(heap, observation.minBits, observation.maxBits, observation.node) };
    case 'observe_node_avail':
      return { ...observation, pages: nodeAvailPages(heap, observation.node) };
    case 'observe_dirty': {
      const runs = dirtyRuns(heap);
      const pages = runs.reduce((sum, [, length]) => sum + length, 0);
      const seen = { ...observation, pages, runs: runs.length, digest: dirtyDigest(runs) };
      return observation.list === undefined ? seen : { ...seen, list: runs };
    }
    default:
      return assertUnreachable(observation);
  }
}

function observeHeapAgain(observation: Extract<Observation, { type: 'observe_heap' }>, heap: HeapReader): Observation {
  const now = observeHeap(heap);
  const parts = pick(now, Object.keys(observation));
  // A walk over a live heap sees the lists of a node and nothing else: then it sees just these again.
  const keys = new Set(observation.nodes?.flatMap((node) => Object.keys(node)));
  const nodes = now.nodes.map((node) => ({ node: node.node, ...pick(node, [...keys]) }));
  return { ...observation, ...parts, ...(observation.nodes === undefined ? {} : { nodes }) };
}

function pick<T extends object>(value: T, keys: readonly string[]): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([key]) => keys.includes(key))) as Partial<T>;
}
