import type { FlatDomain } from './flat-domain.ts';
import type { FlatState } from './flat-state.ts';

const NODE_ANY = 255;

/** Leaves in `heap.order` the nodes that a search visits (NUMA-2, NUMA-3), and says how many they are. */
export function nodesToTry(
  heap: FlatState,
  exact: boolean,
  asked: number,
  domain: FlatDomain | undefined,
  cpu: number,
): number {
  const { order } = heap;
  const online: readonly number[] = heap.platform.nodes;
  if (asked === NODE_ANY && online.length === 1) {
    order[0] = online[0] as number;
    return 1;
  }
  const affinity = domain?.nodeAffinity ?? null;
  const allowed = affinity === null ? online : online.filter((node) => affinity.includes(node));
  let start = asked;
  if (asked === NODE_ANY) start = domain === undefined ? heap.platform.nodeOfCpu(cpu) : after(allowed, domain.lastNode);
  order[0] = start;
  if (exact && asked !== NODE_ANY) return 1;
  let count = 1;
  const from = allowed.indexOf(start) + 1;
  for (let i = 0; i < allowed.length; i++) {
    const node = allowed[(from + i) % allowed.length] as number;
    if (node !== start) order[count++] = node;
  }
  if (exact || affinity === null) return count;
  for (const node of online) if (!allowed.includes(node) && node !== start) order[count++] = node;
  return count;
}

function after(set: readonly number[], node: number): number {
  for (const candidate of set) if (candidate > node) return candidate;
  return set[0] ?? node;
}
