import type { HeapCall } from '../call/call.ts';
import type { HeapReader } from '../state/heap-reader.ts';
import type { SearchStep } from '../state/probe.ts';
import type { NodeId } from '../units/ids.ts';
import { orderPages } from '../units/order.ts';

/** Why an allocation got nothing. */
export type FailureReason =
  | 'order-too-large'
  | 'claimed'
  | 'exact-node'
  | 'dma-refused'
  | 'zone-limit'
  | 'fragmented'
  | 'exhausted'
  | 'domain-dying'
  | 'over-allocation';

/** Free memory of a part of the heap. */
export interface FreePart {
  readonly pages: number;
  /** Greatest order of which a block is free there; -1: nothing is. */
  readonly largestOrder: number;
}

/** A failure, and the numbers that prove its reason. Pages. */
export interface Failure {
  readonly reason: FailureReason;
  /** Pages wanted, in one block. */
  readonly wanted: number;
  /** Free pages of the whole heap, and how many of them are claimed. */
  readonly freePages: number;
  readonly claims: number;
  /** Zones, from the lowest to the highest, and nodes that the search was allowed to look at; none if it never began. */
  readonly zones: readonly [lowest: number, highest: number] | null;
  readonly nodes: readonly NodeId[];
  /** What is free where the search could look. */
  readonly within: FreePart;
  /** What is free in these zones on other nodes. */
  readonly onOtherNodes: FreePart;
  /** What is free on these nodes in zones above, or below where `no_dma` kept the search out. */
  readonly above: FreePart;
  readonly below: FreePart;
}

/** Why the search that took these steps got nothing. `heap` is as it was before it: a failed search takes nothing. */
export function failureOf(heap: HeapReader, call: HeapCall, steps: readonly SearchStep[]): Failure {
  const order = 'order' in call ? call.order : 0;
  const wanted = order <= heap.platform.config.maxOrder ? orderPages(order) : 2 ** order;
  const reach = reachOf(steps);
  const all = heap.platform.nodes;
  // Where claims leave no room the search does not begin: it would have been free to look everywhere.
  const nodes = reach.nodes.length === 0 ? all : reach.nodes;
  const others = all.filter((node) => !nodes.includes(node));
  const { lowest, highest } = reach;
  const part = (ids: readonly NodeId[], low: number, high: number): FreePart => freeIn(heap, ids, low, high);
  const parts = {
    within: part(nodes, lowest, highest),
    onOtherNodes: part(others, lowest, highest),
    above: part(nodes, highest + 1, heap.platform.zones - 1),
    below: part(nodes, Math.min(lowest, 1), lowest - 1),
  };
  return {
    reason: reasonOf(steps, order, wanted, parts),
    wanted,
    freePages: heap.totals.freePages,
    claims: heap.totals.claims,
    zones: highest < lowest ? null : [lowest, highest],
    nodes: reach.nodes,
    ...parts,
  };
}

/** Where the steps of a search could look: the zones of all its attempts together, and the nodes. */
function reachOf(steps: readonly SearchStep[]): { lowest: number; highest: number; nodes: readonly NodeId[] } {
  let [lowest, highest] = [Infinity, -1];
  let nodes: readonly NodeId[] = [];
  for (const step of steps) {
    if (step.step === 'zones') {
      lowest = Math.min(lowest, step.zoneLo);
      highest = Math.max(highest, step.zoneHi);
    }
    if (step.step === 'nodes') ({ nodes } = step);
  }
  return { lowest: lowest === Infinity ? 0 : lowest, highest, nodes };
}

function freeIn(heap: HeapReader, nodes: readonly NodeId[], low: number, high: number): FreePart {
  let pages = 0;
  let orders = 0;
  for (const id of nodes) {
    if (heap.nodes[id]?.ready !== true) continue;
    for (let zone = low; zone <= high; zone++) {
      pages += heap.lists.zonePages(id, zone);
      orders |= heap.lists.orders(id, zone);
    }
  }
  return { pages, largestOrder: orders === 0 ? -1 : 31 - Math.clz32(orders) };
}

type Parts = Pick<Failure, 'within' | 'onOtherNodes' | 'above' | 'below'>;

/** The first of the questions that the allocator itself asks whose answer was no; then what would have been free elsewhere. */
function reasonOf(steps: readonly SearchStep[], order: number, wanted: number, parts: Parts): FailureReason {
  const { within, onOtherNodes, above, below } = parts;
  let refusesDma = false;
  for (const step of steps) {
    if (step.step === 'order-too-large') return 'order-too-large';
    if (step.step === 'assign' && step.errno !== 0) return step.dying ? 'domain-dying' : 'over-allocation';
    if (step.step === 'dma-refused') refusesDma = true;
  }
  const claims = steps.find((step) => step.step === 'claims');
  if (claims?.step === 'claims' && claims.refused && claims.freePages >= wanted) return 'claimed';
  const searched = steps.some((step) => step.step === 'zones');
  if (refusesDma && (!searched || below.largestOrder >= order)) return 'dma-refused';
  if (onOtherNodes.largestOrder >= order) return 'exact-node';
  if (within.pages >= wanted) return 'fragmented';
  if (above.largestOrder >= order) return 'zone-limit';
  if (onOtherNodes.pages >= wanted) return 'exact-node';
  return 'exhausted';
}
