/** FNV-1a, 64 bit, over ASCII text (trace-format.md, "The heap digest"). */
import type { Heap } from './heap.ts';

/** The hash as 16 hex digits. */
export function fnv1a64(text: string): string {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (let i = 0; i < text.length; i++) {
    low = (low ^ text.charCodeAt(i)) >>> 0;
    // The prime is 2^40 + 0x1b3.
    const product = low * 0x1b3;
    const carry = Math.floor(product / 2 ** 32);
    high = (high * 0x1b3 + carry + ((low << 8) >>> 0)) % 2 ** 32;
    low = product % 2 ** 32;
  }
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}

/** The text under the heap digest. */
export function digestText(heap: Heap): string {
  const parts: string[] = [`T${heap.freePages};C${heap.claims};`];
  for (const node of [...heap.nodes.keys()].sort((a, b) => a - b)) {
    const nodeHeap = heap.nodeHeap(node);
    parts.push(`N${node}:A${nodeHeap.freePages}:S${nodeHeap.needScrub};`);
    for (let zone = 0; zone < heap.config.zones; zone++) {
      if (nodeHeap.pagesOf(zone) !== 0) parts.push(`Z${zone}=${nodeHeap.pagesOf(zone)};`);
      for (let order = 0; order <= heap.config.maxOrder; order++) {
        const list = nodeHeap.list(zone, order);
        if (list.head === null) continue;
        parts.push(`L${zone},${order}:`);
        for (const { mfn, firstDirty } of list.blocks()) {
          parts.push(firstDirty === null ? `${mfn},` : `${mfn}/${firstDirty},`);
        }
        parts.push(';');
      }
    }
  }
  parts.push('O', ...heap.offlined.map((mfn) => `${mfn},`));
  parts.push('B', ...heap.broken.map((mfn) => `${mfn},`));
  return parts.join('');
}
