import type { Brand } from '../units/brand.ts';

/**
 * Xen's `MEMF_*` flags of an allocation, as a set of bits. In a trace they are a list of names.
 * The node and the address width, which Xen packs into the same word, stand apart (`node`, `bits`).
 */
export type MemFlags = Brand<number, 'MemFlags'>;

/** A flag's name in a trace. */
export type MemFlagName =
  | 'no_refcount'
  | 'no_dma'
  | 'exact_node'
  | 'no_owner'
  | 'no_tlbflush'
  | 'no_icache_flush'
  | 'no_scrub'
  | 'keep_scrub';

/** Do not count the pages against the domain (BUDDY-5, DOM-5). */
export const NO_REFCOUNT: MemFlags = 1 as MemFlags;
/** Leave the DMA zone alone (DOM-3). */
export const NO_DMA: MemFlags = 2 as MemFlags;
/** Only from the node asked for (NUMA-3). */
export const EXACT_NODE: MemFlags = 4 as MemFlags;
/** The domain directs the search but will not own the pages (DOM-2, DOM-5). */
export const NO_OWNER: MemFlags = 8 as MemFlags;
/** The caller takes care of the TLB; no influence on the choice of frames. */
export const NO_TLBFLUSH: MemFlags = 16 as MemFlags;
/** The caller takes care of the instruction cache; no influence on the choice of frames. */
export const NO_ICACHE_FLUSH: MemFlags = 32 as MemFlags;
/** Take dirty pages as they are (BUDDY-6, BUDDY-11). */
export const NO_SCRUB: MemFlags = 64 as MemFlags;
/** Keep the dirty marks on the pages handed out (BUDDY-11). */
export const KEEP_SCRUB: MemFlags = 128 as MemFlags;

/** Every flag by name, in the order of its bit. */
export const MEM_FLAG_NAMES: readonly MemFlagName[] = [
  'no_refcount',
  'no_dma',
  'exact_node',
  'no_owner',
  'no_tlbflush',
  'no_icache_flush',
  'no_scrub',
  'keep_scrub',
];

/** The set that holds the named flags. */
export function memFlags(...names: readonly MemFlagName[]): MemFlags {
  let bits = 0;
  for (const name of names) bits |= 1 << MEM_FLAG_NAMES.indexOf(name);
  return bits as MemFlags;
}

/** The names in a set, in the order of their bits. */
export function memFlagNames(flags: MemFlags): MemFlagName[] {
  return MEM_FLAG_NAMES.filter((_, bit) => (flags & (1 << bit)) !== 0);
}

/** Does the set hold this flag? */
export function hasFlag(flags: number, flag: MemFlags): boolean {
  return (flags & flag) !== 0;
}

/** The set with further flags. */
export function withFlags(flags: number, ...more: readonly MemFlags[]): MemFlags {
  let bits = flags;
  for (const flag of more) bits |= flag;
  return bits as MemFlags;
}

/** The set without these flags. */
export function withoutFlags(flags: number, drop: number): MemFlags {
  return (flags & ~drop) as MemFlags;
}
