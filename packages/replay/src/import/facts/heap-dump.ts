import { PAGE_SIZE } from '@heaplay/core';
import { HEX, openRange } from '../lines/hex-range.ts';
import { NOTHING } from './fact.ts';
import type { FactBody } from './fact.ts';

const PAGE_KIB = PAGE_SIZE / 1024;
const HEADING = /^(?:'([mHu])' pressed|(Physical memory information:))/;
const HEAP = /^(Xen|Dom) heap: (\d+)kB free/;
const ZONE = /^heap\[(\d+)\]: (\d+)kB free/;
const NODE_ZONE = /^heap\[node=(\d+)\]\[zone=(\d+)\] -> (\d+) pages/;
const BLOCK = new RegExp(`^heap\\[node=(\\d+)\\]\\[zone=(\\d+)\\]\\[order=(\\d+)\\] ${HEX}-${HEX}`, 'i');

/** What the debug keys `m` (memory), `H` (heap) and `u` (NUMA) show of free memory. */
export function readHeapDump(text: string): readonly FactBody[] {
  const heading = HEADING.exec(text);
  if (heading !== null) return [{ kind: 'dump-heading', key: heading[2] === undefined ? dumpKey(heading[1]) : 'm' }];
  const heap = HEAP.exec(text);
  if (heap !== null) {
    return [free(null, heap[1] === 'Xen' ? 'xen' : 'dom', Number(heap[2]) / PAGE_KIB)];
  }
  const zone = ZONE.exec(text);
  if (zone !== null) return [free(null, Number(zone[1]), Number(zone[2]) / PAGE_KIB)];
  const nodeZone = NODE_ZONE.exec(text);
  if (nodeZone !== null) return [free(Number(nodeZone[1]), Number(nodeZone[2]), Number(nodeZone[3]))];
  const block = BLOCK.exec(text);
  if (block === null) return NOTHING;
  const [, node, blockZone, order, first = '', end = ''] = block;
  const range = openRange(first, end);
  return [{ kind: 'free-block', node: Number(node), zone: Number(blockZone), order: Number(order), ...range }];
}

function dumpKey(letter: string | undefined): 'm' | 'H' | 'u' {
  return letter === 'H' || letter === 'u' ? letter : 'm';
}

function free(node: number | null, zone: number | 'xen' | 'dom', pages: number): FactBody {
  return { kind: 'free-pages', node, zone, pages };
}
