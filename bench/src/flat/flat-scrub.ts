import type { FlatState } from './flat-state.ts';
import { NIL } from './frame-table.ts';

const SCRUBBED_WEIGHT = 100;
const PREEMPT_WEIGHT = 800;

/** Scrubs dirty free pages, page by page (SCRUB-1); is there more to do for this CPU? */
export function scrubFreePages(heap: FlatState, cpu: number, preempt: boolean, pages: number): boolean {
  const node = nodeToScrub(heap, cpu);
  if (node === NIL) return false;
  if (pages > 0) scrubNode(heap, node, preempt, pages);
  return nodeToScrub(heap, cpu) !== NIL;
}

function nodeToScrub(heap: FlatState, cpu: number): number {
  const home = heap.platform.nodeOfCpu(cpu);
  if ((heap.needScrub[home] as number) > 0) return home;
  const { machine, nodes } = heap.platform;
  return nodes.find((node) => !machine.cpus.includes(node) && (heap.needScrub[node] as number) > 0) ?? NIL;
}

function scrubNode(heap: FlatState, node: number, preempt: boolean, pages: number): void {
  const { lists, frames, platform } = heap;
  let left = pages;
  let weight = 0;
  for (let zone = 0; zone < platform.zones; zone++) {
    for (let order = platform.config.maxOrder; order >= 0; order--) {
      for (;;) {
        if ((heap.needScrub[node] as number) === 0) return;
        const mfn = lists.last(node, zone, order);
        if (mfn === NIL || frames.firstDirty[mfn] === NIL) break;
        const end = mfn + 2 ** order;
        let at = mfn + (frames.firstDirty[mfn] as number);
        let stops = false;
        while (at < end && !stops) {
          if (frames.dirty[at] === 1) {
            frames.dirty[at] = 0;
            heap.needScrub[node] = (heap.needScrub[node] as number) - 1;
            left--;
            weight += SCRUBBED_WEIGHT;
          } else weight++;
          at++;
          stops = left === 0 || (preempt && weight > PREEMPT_WEIGHT);
        }
        if (at < end) {
          frames.firstDirty[mfn] = at - mfn;
          return;
        }
        lists.remove(node, zone, order, mfn);
        lists.insert(node, zone, order, mfn, NIL);
        if (stops) return;
      }
    }
  }
}
