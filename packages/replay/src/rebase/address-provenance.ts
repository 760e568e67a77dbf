import { PAGE_SIZE } from '@heaplay/core';
import type { VirtualAddress } from '@heaplay/core';

/** The call that made a mapping: each has its own call that ends it. */
export type MappingMaker = 'map_domain_page' | 'map_domain_page_global' | 'vmap';

/** The call that ends a mapping. */
export type MappingEnd = 'unmap_domain_page' | 'unmap_domain_page_global' | 'vunmap';

/** A mapping of the recorded run, and the one that the target made for the same call. */
interface FollowedMapping {
  readonly maker: MappingMaker;
  readonly cpu: number;
  /** First address of it there; null: the target did not make it. */
  readonly target: VirtualAddress | null;
}

/** A page of a mapping. */
interface FollowedPage {
  readonly mapping: FollowedMapping;
  /** Counted from the mapping's first. */
  readonly page: number;
}

/** What is known of a page of the recorded address space. */
interface FollowedAddress {
  /** Mappings that were not ended, the newest last: of other CPUs or domains, or of one more often than once. */
  readonly live: FollowedPage[];
  /** The one that was ended last. */
  ended: FollowedPage | undefined;
}

const PAGE_BYTES = BigInt(PAGE_SIZE);

const MAKERS: { readonly [E in MappingEnd]: readonly MappingMaker[] } = {
  unmap_domain_page: ['map_domain_page'],
  unmap_domain_page_global: ['map_domain_page_global'],
  // In the vmap area both are the same.
  vunmap: ['vmap', 'map_domain_page_global'],
};

/** Reads every address of the recorded run as "a byte of the k-th page of the mapping that returned it". */
export class AddressProvenance {
  private readonly pages = new Map<bigint, FollowedAddress>();

  /** A mapping of the recorded run, of so many pages from `va` on, and where the target made it. */
  mapped(maker: MappingMaker, va: VirtualAddress, pages: number, cpu: number, target: VirtualAddress | null): void {
    const mapping: FollowedMapping = { maker, cpu, target };
    for (let page = 0; page < pages; page++) {
      const key = va / PAGE_BYTES + BigInt(page);
      const known = this.pages.get(key);
      if (known === undefined) this.pages.set(key, { live: [{ mapping, page }], ended: undefined });
      else known.live.push({ mapping, page });
    }
  }

  /** A mapping was ended in the recorded run, by a CPU. */
  ended(end: MappingEnd, va: VirtualAddress, cpu: number): void {
    const first = this.liveAt(va, cpu, MAKERS[end]);
    // Nothing ends in the middle of a mapping.
    if (first === undefined || first.page > 0) return;
    for (let key = va / PAGE_BYTES; ; key++) {
      const known = this.pages.get(key);
      const at = known?.live.findLastIndex(({ mapping }) => mapping === first.mapping) ?? -1;
      if (known === undefined || at < 0) return;
      [known.ended] = known.live.splice(at, 1);
    }
  }

  /**
   * What an address of the recorded run is in the target; null: the target does not have this mapping, undefined: no
   * mapping returned it. What was ended is still known by the address that it had. `end`: the call that is about to end it.
   */
  find(va: VirtualAddress, cpu: number, end?: MappingEnd): VirtualAddress | null | undefined {
    const found =
      this.liveAt(va, cpu, end === undefined ? undefined : MAKERS[end]) ?? this.pages.get(va / PAGE_BYTES)?.ended;
    if (found === undefined) return undefined;
    const { mapping, page } = found;
    if (mapping.target === null) return null;
    return (mapping.target + BigInt(page) * PAGE_BYTES + (va % PAGE_BYTES)) as VirtualAddress;
  }

  /** The newest mapping at an address that this CPU made, or else that any other made. */
  private liveAt(va: VirtualAddress, cpu: number, makers?: readonly MappingMaker[]): FollowedPage | undefined {
    const live = this.pages.get(va / PAGE_BYTES)?.live ?? [];
    const fits = ({ mapping }: FollowedPage): boolean => makers === undefined || makers.includes(mapping.maker);
    return live.findLast((page) => fits(page) && page.mapping.cpu === cpu) ?? live.findLast(fits);
  }
}
