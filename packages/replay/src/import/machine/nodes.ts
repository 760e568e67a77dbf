import { NODE_ANY, PAGE_SIZE } from '@heaplay/core';
import type { MachineNode, MfnRange, NodeId } from '@heaplay/core';
import { badInput, describeRange } from '../problem.ts';
import { factsOf } from '../facts/fact.ts';
import type { Fact } from '../facts/fact.ts';
import type { AddressRange } from '../lines/hex-range.ts';
import { pagesTouched } from './bank.ts';

/** Memory of a node, in bytes, and the line that says so. */
export interface NodePart extends AddressRange {
  readonly node: number;
  readonly line: number;
}

/** The nodes of a machine, and where they are told of; null: nowhere, so it is one node. */
export interface FoundNodes {
  readonly source: 'srat' | 'numa' | 'debug-key' | null;
  readonly nodes: readonly MachineNode[];
}

/** What nodes are measured against. */
export interface NodeContext {
  readonly ram: readonly MfnRange[];
  /** End of the frame table. */
  readonly frames: number;
  /** The frames of the single node, where nobody tells of nodes. */
  readonly single: readonly MfnRange[];
  /** Was RAM cut off by the command line? A node may then have lost all of its own. */
  readonly cut: boolean;
  readonly name: string;
}

/** The nodes that the facts tell of. Throws `TraceError` where nodes overlap, or one has no RAM. */
export function findNodes(facts: readonly Fact[], context: NodeContext): FoundNodes {
  const { source, parts } = searchParts(facts);
  if (source === null) return { source, nodes: [{ id: 0 as NodeId, ranges: context.single }] };
  checkParts(parts, context);
  const ids = [...new Set(parts.map(({ node }) => node))].toSorted((a, b) => a - b);
  const nodes = ids.flatMap((id): readonly MachineNode[] => {
    const own = parts.filter(({ node }) => node === id);
    const ranges = own.map(pagesTouched).flatMap(([first, end]): readonly MfnRange[] => {
      const last = Math.min(end, context.frames);
      return first < last ? [[first, last]] : [];
    });
    if (hasRam(ranges, context.ram)) return [{ id: id as NodeId, ranges }];
    if (context.cut) return [];
    throw badInput(context.name, own[0]?.line ?? null, {
      found: `node ${id} at ${own.map(describeRange).join(' and ')}, where there is no RAM`,
      expected: 'a node with RAM of its own',
      hint: 'see whether lines of the memory map are missing, or take the line out',
    });
  });
  return { source, nodes };
}

function searchParts(facts: readonly Fact[]): { source: FoundNodes['source']; parts: readonly NodePart[] } {
  const rejected = factsOf(facts, 'srat-rejected').length > 0;
  const srat = factsOf(facts, 'srat-memory').filter(({ present }) => present);
  if (srat.length > 0 && !rejected) return { source: 'srat', parts: joinOwn(srat) };
  const told = factsOf(facts, 'node-memory');
  // Where RAM itself is told by node, that is nearer to the machine than what became of it.
  const ram = told.filter((part) => part.ram);
  const numa = ram.length > 0 ? ram : told;
  if (numa.length > 0) return { source: 'numa', parts: joinOwn(numa) };
  const spans = factsOf(facts, 'node-span').map(({ node, first, pages, line }) => ({
    node,
    line,
    start: first * PAGE_SIZE,
    end: (first + pages) * PAGE_SIZE,
  }));
  return spans.length > 0 ? { source: 'debug-key', parts: joinOwn(spans) } : { source: null, parts: [] };
}

/**
 * What is said twice of a node is said once, by start: Linux 2.6 tells after each entry of the SRAT what the node has by
 * then. Parts that only touch stay apart.
 */
export function joinOwn(parts: readonly NodePart[]): readonly NodePart[] {
  const joined: NodePart[] = [];
  for (const part of parts.toSorted((a, b) => a.node - b.node || a.start - b.start)) {
    const last = joined.at(-1);
    if (last !== undefined && last.node === part.node && part.start < last.end) {
      joined[joined.length - 1] = { ...last, end: Math.max(last.end, part.end) };
    } else joined.push(part);
  }
  return joined.toSorted((a, b) => a.start - b.start);
}

function checkParts(parts: readonly NodePart[], { name }: NodeContext): void {
  for (const part of parts) {
    if (part.node < NODE_ANY && part.start < part.end) continue;
    throw badInput(name, part.line, {
      found: `node ${part.node} at ${describeRange(part)}`,
      expected: `a node from 0 to ${NODE_ANY - 1}, and a range that ends above its start`,
      hint: 'correct the line, or take it out',
    });
  }
  const sorted = parts.toSorted((a, b) => a.start - b.start);
  for (const [at, part] of sorted.entries()) {
    const next = sorted[at + 1];
    if (next === undefined || next.start >= part.end) continue;
    throw badInput(name, Math.max(part.line, next.line), {
      found: `node ${part.node} at ${describeRange(part)} (line ${part.line}) and node ${next.node} at ${describeRange(next)} (line ${next.line}), which overlap`,
      expected: 'every frame on one node',
      hint: 'correct one of the lines; if the file holds several boots or machines, give one of them',
    });
  }
}

/** Do these ranges of frames share one with RAM? */
function hasRam(ranges: readonly MfnRange[], ram: readonly MfnRange[]): boolean {
  return ranges.some(([first, end]) => ram.some(([from, to]) => from < end && first < to));
}
