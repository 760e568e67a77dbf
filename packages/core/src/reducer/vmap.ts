import { NO_PAGE } from '../mapping/vmap-region.ts';
import { pageAddress, pageIn } from '../mapping/vmap-area.ts';
import type { Transaction } from '../state/transaction.ts';
import { PAGE_SIZE } from '../units/mfn.ts';
import type { Mfn, VirtualAddress } from '../units/mfn.ts';

/**
 * Maps frames side by side in the vmap area (MAP-5); null: there is no room. `seen`: where the real one was seen to put
 * them, which is taken over if it may be right (MAP-8).
 */
export function vmap(
  tx: Transaction,
  mfns: readonly Mfn[],
  cpu: number,
  seen: VirtualAddress | null | undefined,
): VirtualAddress | null {
  const { space } = tx;
  const { addresses } = tx.platform;
  if (!space.vmap.ready) space.vmap.init();
  const wanted = seen === null || seen === undefined ? NO_PAGE : wholePageIn(addresses.vmap, seen);
  const first = wanted !== NO_PAGE && space.vmap.takeAt(wanted, mfns.length) ? wanted : space.vmap.take(mfns.length, 1);
  if (first === NO_PAGE) return null;
  mfns.forEach((mfn, at) => space.live.map(space.live.vmapPlace(first + at), mfn, cpu, 0));
  return pageAddress(addresses.vmap, first);
}

/** Ends the mapping that starts on the page of an address; nothing happens if none does (VMAP-10). */
export function vunmap(tx: Transaction, va: VirtualAddress): void {
  const { space } = tx;
  const page = pageIn(tx.platform.addresses.vmap, va);
  const pages = page < 0 ? 0 : space.vmap.sizeAt(page);
  if (pages === 0) return;
  space.vmap.release(page);
  for (let at = page; at < page + pages; at++) space.live.unmap(space.live.vmapPlace(at));
}

/** The page of an address that is the first of a page; {@link NO_PAGE} for any other. */
function wholePageIn(start: VirtualAddress, va: VirtualAddress): number {
  return va % BigInt(PAGE_SIZE) === 0n ? pageIn(start, va) : NO_PAGE;
}
