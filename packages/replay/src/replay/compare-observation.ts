import {
  assertUnreachable,
  availPages,
  dirtyDigest,
  dirtyRuns,
  heapDigest,
  nodeAvailPages,
  observeDomains,
  observeNodes,
  pagesOnList,
} from '@heaplay/core';
import type {
  HeapReader,
  Observation,
  ObserveDirty,
  ObserveHeap,
  ObservedDomain,
  ObservedList,
  ObservedNode,
} from '@heaplay/core';
import { sameJson } from './difference.ts';
import type { Difference } from './difference.ts';

/** What an observation says against what the replayed heap shows. */
export interface Comparison {
  /** How many things were compared. */
  readonly checked: number;
  readonly differences: readonly Difference[];
}

/** Compares an observation with the heap, part by part; what was not looked at is not compared. */
export function compareObservation(observation: Observation, heap: HeapReader): Comparison {
  const comparer = new Comparer();
  switch (observation.type) {
    case 'observe_digest':
      comparer.compare('digest', observation.digest, heapDigest(heap));
      break;
    case 'observe_heap':
      compareHeap(comparer, observation, heap);
      break;
    case 'observe_boot_regions':
      comparer.compare('regions', observation.regions, heap.bootRegions);
      break;
    case 'observe_avail':
      comparer.compare(
        'pages',
        observation.pages,
        availPages(heap, observation.minBits, observation.maxBits, observation.node),
      );
      break;
    case 'observe_node_avail':
      comparer.compare('pages', observation.pages, nodeAvailPages(heap, observation.node));
      break;
    case 'observe_dirty':
      compareDirty(comparer, observation, heap);
      break;
    default:
      return assertUnreachable(observation);
  }
  return comparer;
}

class Comparer implements Comparison {
  checked = 0;
  readonly differences: Difference[] = [];

  compare(what: string, expected: unknown, found: unknown): void {
    if (expected === undefined) return;
    this.checked++;
    if (!sameJson(expected, found)) this.differences.push({ what, expected, found });
  }
}

function compareHeap(comparer: Comparer, seen: ObserveHeap, heap: HeapReader): void {
  const { totals } = heap;
  comparer.compare('freePages', seen.freePages, totals.freePages);
  comparer.compare('claims', seen.claims, totals.claims);
  comparer.compare('dmaBits', seen.dmaBits, totals.dmaBits);
  comparer.compare('xenheapBits', seen.xenheapBits, totals.xenheapBits);
  comparer.compare('virq', seen.virq, { ...totals.virq });
  if (seen.nodes !== undefined) {
    const found = new Map(observeNodes(heap).map((node) => [node.node, node]));
    for (const node of seen.nodes) compareNode(comparer, node, found.get(node.node));
  }
  if (seen.offlined !== undefined) comparer.compare('offlined', seen.offlined, pagesOnList(heap, heap.offlined.first));
  if (seen.broken !== undefined) comparer.compare('broken', seen.broken, pagesOnList(heap, heap.broken.first));
  if (seen.domains !== undefined) compareDomains(comparer, seen.domains, observeDomains(heap));
  if (seen.digest !== undefined) comparer.compare('digest', seen.digest, heapDigest(heap));
}

function compareNode(comparer: Comparer, seen: ObservedNode, found: Required<ObservedNode> | undefined): void {
  const what = `nodes[${seen.node}]`;
  if (found === undefined) {
    comparer.compare(what, 'a heap', 'none');
    return;
  }
  comparer.compare(`${what}.freePages`, seen.freePages, found.freePages);
  comparer.compare(`${what}.needScrub`, seen.needScrub, found.needScrub);
  comparer.compare(`${what}.zones`, seen.zones, found.zones);
  if (seen.lists === undefined) return;
  const key = ([zone, order]: ObservedList): string => `${zone},${order}`;
  const lists = new Map(found.lists.map((list) => [key(list), list[2]]));
  for (const list of seen.lists) {
    comparer.compare(`${what}.lists[${key(list)}]`, list[2], lists.get(key(list)) ?? []);
    lists.delete(key(list));
  }
  for (const [place, blocks] of lists) comparer.compare(`${what}.lists[${place}]`, [], blocks);
}

function compareDomains(comparer: Comparer, seen: readonly ObservedDomain[], found: readonly ObservedDomain[]): void {
  const accounts = new Map(found.map((domain) => [domain.domain, domain]));
  for (const domain of seen) {
    const account = accounts.get(domain.domain);
    for (const [field, value] of Object.entries(domain)) {
      comparer.compare(
        `domains[${domain.domain}].${field}`,
        value,
        account === undefined ? undefined : Reflect.get(account, field),
      );
    }
    accounts.delete(domain.domain);
  }
  for (const id of accounts.keys()) comparer.compare(`domains[${id}]`, 'no such domain', 'a domain');
}

function compareDirty(comparer: Comparer, seen: ObserveDirty, heap: HeapReader): void {
  const runs = dirtyRuns(heap);
  comparer.compare(
    'pages',
    seen.pages,
    runs.reduce((sum, [, length]) => sum + length, 0),
  );
  comparer.compare('runs', seen.runs, runs.length);
  comparer.compare('digest', seen.digest, dirtyDigest(runs));
  comparer.compare('list', seen.list, runs);
}
