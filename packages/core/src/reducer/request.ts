import { NODE_ANY } from '../units/ids.ts';
import type { DomainDraft } from '../state/domain.ts';

/** What a caller may say about where pages come from, as calls carry it. */
interface CallPlacement {
  readonly order: number;
  readonly flags?: number;
  readonly node?: number;
  readonly bits?: number;
  readonly cpu?: number;
}

/** No limit to the width of an address. */
export const ANY_BITS = 0;

/**
 * A request for pages on its way from the caller down to the core. A class of one shape, and not objects that are
 * spread: it is made anew for nearly every event.
 */
export class PageRequest {
  readonly order: number;
  readonly flags: number;
  /** Node asked for, or `NODE_ANY`. */
  readonly node: number;
  /** Width in bits of the addresses that the pages may have, or {@link ANY_BITS}. */
  readonly bits: number;
  readonly domain: DomainDraft | undefined;
  readonly cpu: number;

  constructor(order: number, flags: number, node: number, bits: number, domain: DomainDraft | undefined, cpu: number) {
    this.order = order;
    this.flags = flags;
    this.node = node;
    this.bits = bits;
    this.domain = domain;
    this.cpu = cpu;
  }

  /** What a call asks for. */
  static of(call: CallPlacement, domain: DomainDraft | undefined): PageRequest {
    return new PageRequest(
      call.order,
      call.flags ?? 0,
      call.node ?? NODE_ANY,
      call.bits ?? ANY_BITS,
      domain,
      call.cpu ?? 0,
    );
  }

  /** The same with other flags. */
  withFlags(flags: number): PageRequest {
    return flags === this.flags
      ? this
      : new PageRequest(this.order, flags, this.node, this.bits, this.domain, this.cpu);
  }

  /** The same with other flags and another width. */
  withFlagsAndBits(flags: number, bits: number): PageRequest {
    return new PageRequest(this.order, flags, this.node, bits, this.domain, this.cpu);
  }
}
