/** Memory flags, node and width of a request. */
import { optionalNumber } from './wire.ts';
import type { WireRecord } from './wire.ts';

export interface Request {
  readonly order: number;
  readonly cpu: number;
  /** The node asked for, or null for any. */
  readonly node: number | null;
  /** Address width, or null for any. */
  readonly bits: number | null;
  readonly noRefcount: boolean;
  readonly noDma: boolean;
  readonly exactNode: boolean;
  readonly noOwner: boolean;
  readonly noScrub: boolean;
  readonly keepScrub: boolean;
}

/** Reads order, flags, node, bits and cpu. DOM-2 is applied. */
export function requestOf(record: WireRecord): Request {
  const flags = Array.isArray(record['flags']) ? record['flags'] : [];
  const node = optionalNumber(record, 'node') ?? 255;
  const noOwner = flags.includes('no_owner');
  return {
    order: optionalNumber(record, 'order') ?? 0,
    cpu: optionalNumber(record, 'cpu') ?? 0,
    node: node === 255 ? null : node,
    // A width of 0 means any, as if it were absent.
    bits: optionalNumber(record, 'bits') || null,
    noRefcount: flags.includes('no_refcount'),
    noDma: flags.includes('no_dma'),
    exactNode: flags.includes('exact_node'),
    noOwner,
    noScrub: flags.includes('no_scrub'),
    keepScrub: flags.includes('keep_scrub'),
  };
}

/** A request that says nothing but its order. */
export function plainRequest(order: number, cpu: number): Request {
  return {
    order,
    cpu,
    node: null,
    bits: null,
    noRefcount: false,
    noDma: false,
    exactNode: false,
    noOwner: false,
    noScrub: false,
    keepScrub: false,
  };
}
