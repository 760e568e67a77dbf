import { EXACT_NODE, hasFlag } from '../call/mem-flags.ts';
import type { NodeId } from '../units/ids.ts';
import { NODE_ANY } from '../units/ids.ts';
import type { Domain } from '../state/domain.ts';
import type { Transaction } from '../state/transaction.ts';

/** What decides on which node a search begins, and where it goes on. */
export interface NodeChoice {
  readonly flags: number;
  /** Node asked for, or {@link NODE_ANY}. */
  readonly node: number;
  readonly domain: Domain | undefined;
  readonly cpu: number;
}

/** The nodes that a search visits, in order (NUMA-2, NUMA-3). */
export function nodeOrder(tx: Transaction, choice: NodeChoice): readonly NodeId[] {
  const online = tx.platform.nodes;
  const affinity = choice.domain?.nodeAffinity ?? null;
  const allowed = affinity === null ? online : online.filter((node) => affinity.includes(node));
  const asked = choice.node !== NODE_ANY;
  const exact = hasFlag(choice.flags, EXACT_NODE);
  if (online.length === 1 && !asked) return online;

  let start: number;
  if (asked) start = choice.node;
  else if (choice.domain !== undefined) start = nodeAfter(allowed, choice.domain.lastNode);
  else start = tx.platform.nodeOfCpu(choice.cpu);
  if (exact && asked) return [start as NodeId];
  // Nearly always all nodes may be visited, and the start is one of them.
  if (affinity === null && online.includes(start as NodeId)) return tx.platform.nodesFrom[start] ?? online;

  const at = allowed.indexOf(start as NodeId);
  // A start outside of the set is left for the set's first node.
  const first = at < 0 ? [start as NodeId, ...allowed] : [...allowed.slice(at), ...allowed.slice(0, at)];
  if (exact || affinity === null) return first;
  return [...first, ...online.filter((node) => !allowed.includes(node))];
}

/** The next node of a rising set behind `node`, cyclic. */
function nodeAfter(set: readonly NodeId[], node: number): number {
  return set.find((candidate) => candidate > node) ?? set[0] ?? node;
}
