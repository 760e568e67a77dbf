import type { Brand } from './brand.ts';

/** log2 of the pages in a block. A caller may ask for any; the heap holds 0..`MAX_ORDER`. */
export type Order = Brand<number, 'Order'>;

/** The greatest order that any supported build of Xen keeps: 18, blocks of 1 GiB (x86 and Arm). */
export const MAX_ORDER = 18;

/** Pages in a block of `order`; exact up to order 30. */
export function orderPages(order: number): number {
  return 1 << order;
}
