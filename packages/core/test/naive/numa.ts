/** In which order the nodes are tried (NUMA-2, NUMA-3). */
import type { Domain } from './domains.ts';
import type { Request } from './flags.ts';
import type { Heap } from './heap.ts';

/** The first of `nodes` above `node`, cyclic. */
function after(node: number, nodes: readonly number[]): number | undefined {
  return nodes.find((one) => one > node) ?? nodes[0];
}

/** Nodes in the order of the search. */
export function nodesToTry(heap: Heap, request: Request, domain: Domain | null): number[] {
  const online = heap.config.onlineNodes;
  const affinity = domain?.affinity ?? null;
  const both = affinity === null ? online : online.filter((node) => affinity.includes(node));
  const allowed = both.length === 0 ? online : both;
  const start =
    request.node ?? (domain === null ? heap.config.nodeOfCpu(request.cpu) : (after(domain.lastNode, allowed) ?? 0));
  const order = [start];
  if (request.exactNode && request.node !== null) return order;
  let node = allowed.includes(start) ? after(start, allowed) : allowed[0];
  while (node !== undefined && !order.includes(node)) {
    order.push(node);
    node = after(node, allowed);
  }
  if (request.exactNode) return order;
  return [...order, ...online.filter((one) => !allowed.includes(one))];
}
