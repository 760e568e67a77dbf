import type { ObservedBlock, ObservedList, ObservedNode } from '@heaplay/core';
import type { FrameNumbers } from './frame-numbers.ts';
import { RecordingError } from './remote-error.ts';
import type { XenMemory } from './xen-memory.ts';

/**
 * Follows every free list of a stopped Xen from head to tail. No call that works on the heap may be in flight. Gives
 * what an `observe_heap` says of nodes. Throws `RemoteError` where the machine's memory cannot be read, and
 * {@link RecordingError} where a list has more pages than are free.
 */
export async function walkFreeLists(
  memory: XenMemory,
  frames: FrameNumbers,
  nodes: readonly number[],
  freePages: number,
): Promise<ObservedNode[]> {
  const observed: ObservedNode[] = [];
  for (const node of nodes) observed.push({ node, lists: await listsOf(memory, frames, node, freePages) });
  return observed;
}

async function listsOf(
  memory: XenMemory,
  frames: FrameNumbers,
  node: number,
  freePages: number,
): Promise<ObservedList[]> {
  const { zones, orders } = memory.layout;
  const { wordBytes } = memory.abi;
  const heads = await memory.wordOf('_heap', node);
  // A node without memory has no lists.
  if (heads === 0n) return [];
  const headBytes = 2 * wordBytes;
  const table = await memory.bytes(heads, zones * orders * headBytes);
  const lists: ObservedList[] = [];
  for (let index = 0; index < zones * orders; index++) {
    const head = heads + BigInt(index * headBytes);
    const first = memory.wordIn(table, index * headBytes);
    // A list of addresses is a ring through its head; one of indices has no first page where it is empty.
    if (first === 0n || first === head) continue;
    const order = index % orders;
    const blocks = await blocksOf(memory, frames, head, first, freePages / 2 ** order);
    lists.push([Math.floor(index / orders), order, blocks]);
  }
  return lists;
}

async function blocksOf(
  memory: XenMemory,
  frames: FrameNumbers,
  head: bigint,
  first: bigint,
  most: number,
): Promise<ObservedBlock[]> {
  const blocks: ObservedBlock[] = [];
  for (let page: bigint | undefined = first; page !== undefined;) {
    const record = await memory.bytes(page, memory.layout.pageInfoBytes);
    blocks.push([frames.ofPage(page), frames.firstDirtyIn(record)]);
    if (blocks.length > most) {
      throw new RecordingError(
        `found a free list with more than ${Math.floor(most)} blocks; expected no more than there is free memory for. Next: report it, with the build of Xen`,
      );
    }
    page = frames.nextIn(record, head);
  }
  return blocks;
}
