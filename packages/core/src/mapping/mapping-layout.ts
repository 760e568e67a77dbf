import { directoryDepth } from '../memory/word-directory.ts';
import { PAGE_RECORDS } from '../memory/word-page.ts';
import { CPU_LIMIT, DOMAIN_ID_LIMIT } from '../units/ids.ts';
import type { DomainId } from '../units/ids.ts';
import type { AddressLayout } from './address-layout.ts';
import { bitRangesRecords } from './bit-ranges.ts';
import { MAP_CACHE_RECORDS } from './map-cache.ts';
import { SLOT_TABLE_RECORDS } from './slot-table.ts';
import { TLB_CLOCK_RECORDS } from './tlb-clock.ts';
import { vmapRecords } from './vmap-region.ts';

/** Records of a place where a page of the address space can be mapped. */
export const PLACE_RECORDS = 3;

/** Chain heads that a record holds. */
export const HEADS_PER_RECORD = 2;

/** Who owns a map cache: callers without a domain. Theirs comes first, for they are in every machine. */
export const NO_DOMAIN = 0;

/** The owner of a map cache that a domain is. */
export function ownerOfDomain(domain: number): number {
  return domain + 1;
}

/** The domain that an owner of a map cache is; null for {@link NO_DOMAIN}. */
export function domainOfOwner(owner: number): DomainId | null {
  return owner === NO_DOMAIN ? null : ((owner - 1) as DomainId);
}

/**
 * Where the parts of the address space stand in a paged word memory of their own: mappings are few beside frames, and a
 * heap that maps nothing does not pay for them. What is small, or belongs to every machine, comes first.
 */
export class MappingLayout {
  /** When to warn of a slot table that fills (ARM32MAP-7). */
  readonly warnings: number;
  readonly clock: number;
  readonly vmap: number;
  /** A head for each page of the transient window: who has it mapped. */
  readonly windowHeads: number;
  /** Which frames are mapped. */
  readonly mapped: number;
  /** A record for each frame, and one for all beyond the frame table: who maps it. */
  readonly frames: number;
  readonly vmapPlaces: number;
  /** By owner, a CPU or a domain: its tables, then its places in the transient window. */
  readonly owners: number;
  /** Records of one of them. */
  readonly ownerRecords: number;
  /** Where its places begin. */
  readonly ownerPlaces: number;
  /** One more than the last record. */
  readonly end: number;
  /** Levels of directories above the pages. */
  readonly depth: number;

  constructor(frames: number, addresses: AddressLayout) {
    const { vmapPages, windowPages, windowKind } = addresses;
    let next = 0;
    const place = (records: number): number => {
      const first = next;
      next += wholePages(records);
      return first;
    };
    this.warnings = place(1);
    this.clock = place(TLB_CLOCK_RECORDS);
    this.vmap = place(vmapRecords(vmapPages));
    this.windowHeads = place(windowPages / HEADS_PER_RECORD);
    this.mapped = place(bitRangesRecords(frames + 1));
    this.frames = place(frames + 1);
    this.vmapPlaces = place(vmapPages * PLACE_RECORDS);
    this.ownerPlaces = wholePages(windowKind === 'slots' ? SLOT_TABLE_RECORDS : MAP_CACHE_RECORDS);
    this.ownerRecords = this.ownerPlaces + wholePages(windowPages * PLACE_RECORDS);
    this.owners = place(this.ownerRecords * (windowKind === 'slots' ? CPU_LIMIT : ownerOfDomain(DOMAIN_ID_LIMIT)));
    this.end = next;
    this.depth = directoryDepth(next / PAGE_RECORDS);
  }

  /** The place whose first record this is; undefined for any other record. */
  placeAt(record: number): number | undefined {
    let within = -1;
    if (record >= this.owners && record < this.end)
      within = ((record - this.owners) % this.ownerRecords) - this.ownerPlaces;
    else if (record >= this.vmapPlaces) within = record - this.vmapPlaces;
    return within >= 0 && within % PLACE_RECORDS === 0 ? record : undefined;
  }

  /** The frame whose record this is; undefined for any other record. The end of the frame table stands for all beyond. */
  frameAt(record: number): number | undefined {
    return record >= this.frames && record < this.vmapPlaces ? record - this.frames : undefined;
  }
}

function wholePages(records: number): number {
  return Math.ceil(records / PAGE_RECORDS) * PAGE_RECORDS;
}
