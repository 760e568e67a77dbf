import type { ObservedBlock, ObservedList, ObservedNode } from '@heaplay/core';
import type { FrameNumbers } from './frame-numbers.ts';
import type { XenMemory } from './xen-memory.ts';

/** A list cannot have more blocks than this: the pages of 1 TiB. Beyond, its links go in a circle. */
const MOST_BLOCKS = 2 ** 28;

/**
 * Follows every free list of a stopped Xen from head to tail. No call that works on the heap may be in flight. Gives
 * what an `observe_heap` says of nodes. Throws {@link RemoteError} where the machine's memory cannot be read.
 */
export async function walkFreeLists(
  memory: XenMemory,
  frames: FrameNumbers,
  nodes: readonly number[],
): Promise<ObservedNode[]> {
  const observed: ObservedNode[] = [];
  for (const node of nodes) observed.push({ node, lists: await listsOf(memory, frames, node) });
  return observed;
}

async function listsOf(memory: XenMemory, frames: FrameNumbers, node: number): Promise<ObservedList[]> {
  const { zones, orders } = memory.layout;
  const { wordBytes } = memory.abi;
  const heads = await memory.wordOf('_heap', node);
  const headBytes = 2 * wordBytes;
  const table = await memory.bytes(heads, zones * orders * headBytes);
  const lists: ObservedList[] = [];
  for (let index = 0; index < zones * orders; index++) {
    const head = heads + BigInt(index * headBytes);
    const first = memory.wordIn(table, index * headBytes);
    // A list of addresses is a ring through its head; one of indices has no first page where it is empty.
    if (first === 0n || first === head) continue;
    const blocks = await blocksOf(memory, frames, head, first);
    lists.push([Math.floor(index / orders), index % orders, blocks]);
  }
  return lists;
}

async function blocksOf(
  memory: XenMemory,
  frames: FrameNumbers,
  head: bigint,
  first: bigint,
): Promise<ObservedBlock[]> {
  const blocks: ObservedBlock[] = [];
  for (let page: bigint | undefined = first; page !== undefined;) {
    const record = await memory.bytes(page, memory.layout.pageInfoBytes);
    blocks.push([frames.ofPage(page), frames.firstDirtyIn(record)]);
    if (blocks.length > MOST_BLOCKS) throw new RangeError('the links of a free list go in a circle');
    page = frames.nextIn(record, head);
  }
  return blocks;
}
