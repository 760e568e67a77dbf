import type { NodeId } from '../units/ids.ts';
import type { Machine } from './machine.ts';

/**
 * Which node a frame belongs to (NUMA-1), by bisection over the borders.
 * A frame that no range names belongs to the node of the range before it, or to the first node.
 */
export class NodeMap {
  /** First frames of the runs of one node each, rising. */
  private readonly starts: readonly number[];
  private readonly nodes: readonly NodeId[];

  constructor(machine: Machine) {
    const ranges = machine.nodes
      .flatMap((node) => node.ranges.map((range) => ({ node: node.id, range })))
      .filter(({ range: [first, end] }) => first < end)
      .toSorted((a, b) => a.range[0] - b.range[0]);
    const starts = [0];
    const nodes = [ranges[0]?.node ?? machine.nodes[0]?.id ?? (0 as NodeId)];
    for (const { node, range } of ranges) {
      if (node === nodes.at(-1)) continue;
      if (range[0] === starts.at(-1)) nodes[nodes.length - 1] = node;
      else {
        starts.push(range[0]);
        nodes.push(node);
      }
    }
    this.starts = starts;
    this.nodes = nodes;
  }

  /** The node of a frame. */
  nodeOf(mfn: number): NodeId {
    return this.nodes[this.runOf(mfn)] as NodeId;
  }

  /** The frame at which the run of frames of one node that holds `mfn` ends, or Infinity. */
  endOfRun(mfn: number): number {
    return this.starts[this.runOf(mfn) + 1] ?? Infinity;
  }

  private runOf(mfn: number): number {
    const starts = this.starts;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((starts[middle] as number) <= mfn) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
