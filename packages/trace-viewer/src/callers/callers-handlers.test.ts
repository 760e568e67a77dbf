import { orderPages, usedBlocks } from '@heaplay/core';
import { describe, expect, it } from 'vitest';
import { job, openedEngine } from '../../test/opened-engine.ts';
import { callerStacks, callersAt } from './callers-handlers.ts';
import { callerTree, framesOf } from './caller-tree.ts';
import type { CallerNode } from './caller-tree.ts';

const NUMA = 'recordings/qemu-x86-1g-numa.4.17.heaplay.jsonl.gz';

function eachNode(node: CallerNode, visit: (node: CallerNode) => void): void {
  visit(node);
  for (const child of node.children) eachNode(child, visit);
}

describe('callers', () => {
  it('[VIEW-CALLERS-1] their sums are the pages that are in use', async () => {
    const engine = await openedEngine(NUMA);
    expect(callersAt(engine, { run: 0, record: 5 })).toBeNull();
    const stacks = await callerStacks(engine, { run: 0 }, job());
    const { timeline } = engine.run(0);
    for (const record of [0, 17, 1500, 4000, timeline.length]) {
      const columns = callersAt(engine, { run: 0, record })?.value;
      if (columns === undefined) throw new Error('the index is there');
      const used = usedBlocks(timeline.stateAt(record)).reduce((pages, { order }) => pages + orderPages(order), 0);
      for (const sites of [true, false]) {
        const tree = callerTree(stacks, columns.held, sites);
        expect(tree.value).toBe(used);
        eachNode(tree, ({ value, own, children }) => {
          expect(children.reduce((sum, child) => sum + child.value, own)).toBe(value);
        });
      }
    }
  });

  it('[VIEW-CALLERS-2] frames lie within their callers, side by side, and those too narrow to see are left out', async () => {
    const engine = await openedEngine(NUMA);
    const stacks = await callerStacks(engine, { run: 0 }, job());
    const { length } = engine.run(0).timeline;
    const columns = callersAt(engine, { run: 0, record: length })?.value;
    const tree = callerTree(stacks, columns?.allocated ?? new Float64Array(), false);
    const all = framesOf(tree, tree, 0);
    let nodes = 0;
    eachNode(tree, (node) => (nodes += node.value > 0 ? 1 : 0));
    expect(all).toHaveLength(nodes);
    const seen = framesOf(tree, tree, 0.01);
    expect(seen.length).toBeLessThan(all.length);
    expect(seen).toEqual(all.filter(({ width }) => width >= 0.01));
    for (const { node, left, width, depth } of all) {
      expect(left + width).toBeLessThanOrEqual(1 + 1e-9);
      const overlapping = all.filter(
        (other) =>
          other.depth === depth &&
          other.node !== node &&
          other.left < left + width - 1e-9 &&
          left < other.left + other.width - 1e-9,
      );
      expect(overlapping).toEqual([]);
    }
    // Zoomed into a caller, that one is as wide as it can be.
    const [inner] = tree.children;
    if (inner === undefined) throw new Error('there are callers');
    expect(framesOf(tree, inner, 0).find(({ node }) => node === inner)).toMatchObject({ left: 0, width: 1, depth: 1 });
  });
});
