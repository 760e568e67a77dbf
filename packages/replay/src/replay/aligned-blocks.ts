import { MAX_ORDER, largestOrderAt, orderPages } from '@heaplay/core';

/** Frames side by side as naturally aligned blocks, rising. */
export function* alignedBlocks(mfn: number, pages: number): Generator<readonly [mfn: number, order: number]> {
  const end = mfn + pages;
  for (let first = mfn; first < end;) {
    const order = largestOrderAt(first, end, MAX_ORDER);
    yield [first, order];
    first += orderPages(order);
  }
}
