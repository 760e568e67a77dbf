import type { HeapCall } from '../call/call.ts';
import { EXACT_NODE, NO_DMA, NO_OWNER, NO_REFCOUNT, hasFlag } from '../call/mem-flags.ts';
import type { Domain } from '../state/domain.ts';
import type { HeapReader } from '../state/heap-reader.ts';
import { NODE_ANY } from '../units/ids.ts';
import { orderPages } from '../units/order.ts';

/** Why an allocation got nothing. */
export type FailureReason =
  | 'order-too-large'
  | 'claimed'
  | 'exact-node'
  | 'dma-refused'
  | 'zone-limit'
  | 'fragmented'
  | 'exhausted'
  | 'domain-dying'
  | 'over-allocation';

/** An allocation, as far as it decides on failure. */
export interface AllocationRequest {
  readonly order: number;
  readonly flags: number;
  /** Node asked for, or `NODE_ANY`. */
  readonly node: number;
  readonly domain: Domain | undefined;
  /** Lowest and highest zone that it may use, the DMA zone set aside. */
  readonly zoneLo: number;
  readonly zoneHi: number;
  /** Assigns the pages to the domain when it has them. */
  readonly assigns: boolean;
}

/** The allocation that a call asks for, or undefined if it is none. */
export function allocationRequest(heap: HeapReader, call: HeapCall): AllocationRequest | undefined {
  const { platform } = heap;
  const top = platform.zones - 1;
  switch (call.type) {
    case 'alloc_xenheap_pages': {
      const common = {
        order: call.order,
        flags: call.flags ?? 0,
        node: call.node ?? NODE_ANY,
        domain: undefined,
        assigns: false,
      };
      if (platform.separateXenHeap) return { ...common, zoneLo: 0, zoneHi: 0 };
      const limit = heap.totals.xenheapBits || Infinity;
      return {
        ...common,
        zoneLo: 1,
        zoneHi: Math.min(platform.bitsToZone(Math.min(call.bits || Infinity, limit)), top),
      };
    }
    case 'alloc_heap_pages':
      return {
        order: call.order,
        flags: call.flags ?? 0,
        node: call.node ?? NODE_ANY,
        domain: call.domain === undefined ? undefined : heap.readDomain(call.domain),
        zoneLo: call.zoneLo,
        zoneHi: Math.min(call.zoneHi, top),
        assigns: false,
      };
    case 'alloc_domheap_pages':
    case 'populate_physmap': {
      const domain = call.domain === undefined ? undefined : heap.readDomain(call.domain);
      const flags = call.flags ?? 0;
      const owned = domain !== undefined && !hasFlag(flags, NO_OWNER);
      const limit = owned ? (domain.addressBits ?? Infinity) : Infinity;
      const zoneHi = Math.min(platform.bitsToZone(Math.min(call.bits || Infinity, limit)), top);
      const common = { order: call.order, flags, node: call.node ?? NODE_ANY, domain, zoneLo: 1, zoneHi };
      return { ...common, assigns: owned };
    }
    default:
      return undefined;
  }
}

/**
 * Why an allocation that failed in this state failed, by the first of the questions that the allocator itself asks
 * whose answer was no. The state is the one before the call, or after it: a failed call takes nothing.
 */
export function failureReason(heap: HeapReader, request: AllocationRequest): FailureReason {
  const { totals, platform } = heap;
  const { order, flags, domain, zoneLo, zoneHi } = request;
  if (order > platform.config.maxOrder) return 'order-too-large';
  const pages = orderPages(order);
  const claim =
    domain === undefined || hasFlag(flags, NO_REFCOUNT) || hasFlag(flags, NO_OWNER) ? 0 : domain.outstandingPages;
  if (totals.freePages >= pages && totals.claims + pages > totals.freePages && claim < pages) return 'claimed';

  const top = platform.zones - 1;
  const onlyNode = hasFlag(flags, EXACT_NODE) && request.node !== NODE_ANY ? request.node : undefined;
  const dmaZone = totals.dmaBits === 0 ? 0 : platform.bitsToZone(totals.dmaBits);
  const reserve = zoneLo > 0 && hasFlag(flags, NO_DMA) && totals.dmaBits !== 0 ? dmaZone + 1 : zoneLo;
  const refusesDma = hasFlag(flags, NO_DMA) && totals.dmaBits === 0 && platform.xen.noDmaNeedsZone;
  if (!refusesDma && hasBlock(heap, reserve, zoneHi, order, onlyNode)) {
    return request.assigns ? assignmentReason(domain) : 'exhausted';
  }
  if (hasBlock(heap, zoneLo, zoneHi, order, onlyNode)) return 'dma-refused';
  if (onlyNode !== undefined && hasBlock(heap, reserve, zoneHi, order, undefined)) return 'exact-node';
  if (freePages(heap, reserve, zoneHi, onlyNode) >= pages) return 'fragmented';
  if (zoneHi < top && zoneHi > 0 && hasBlock(heap, zoneHi + 1, top, order, onlyNode)) return 'zone-limit';
  if (zoneHi === 0 && hasBlock(heap, 1, top, order, onlyNode)) return 'zone-limit';
  if (onlyNode !== undefined && freePages(heap, zoneLo, zoneHi, undefined) >= pages) return 'exact-node';
  return 'exhausted';
}

function assignmentReason(domain: Domain | undefined): FailureReason {
  return domain?.dying === true ? 'domain-dying' : 'over-allocation';
}

function hasBlock(
  heap: HeapReader,
  zoneLo: number,
  zoneHi: number,
  order: number,
  onlyNode: number | undefined,
): boolean {
  return heap.nodes.some((node) => {
    if (node === undefined || !node.ready || (onlyNode !== undefined && node.id !== onlyNode)) return false;
    for (let zone = zoneHi; zone >= zoneLo; zone--) if (heap.lists.orders(node.id, zone) >>> order !== 0) return true;
    return false;
  });
}

function freePages(heap: HeapReader, zoneLo: number, zoneHi: number, onlyNode: number | undefined): number {
  let pages = 0;
  for (const node of heap.nodes) {
    if (node === undefined || !node.ready || (onlyNode !== undefined && node.id !== onlyNode)) continue;
    for (let zone = zoneLo; zone <= zoneHi; zone++) pages += heap.lists.zonePages(node.id, zone);
  }
  return pages;
}
