import type { DomainId, Placement } from '@heaplay/core';
import { BuiltDomain, SINGLE } from './domain-build.ts';
import type { DomainOptions } from './domain-build.ts';
import type { Host } from './host.ts';

/** What goes on beside other things: pauses behind a few calls, and ends some time. */
export type Life = Generator<void, void, undefined>;

/**
 * So many lives at the same time: which of them goes on is chance. One that has ended makes room for another. Now and
 * then an idle CPU scrubs.
 */
export function* sideBySide(host: Host, count: number, begin: (slot: number) => Life): Life {
  const lives = Array.from({ length: count }, (_, slot) => begin(slot));
  for (;;) {
    const slot = host.random.below(count);
    if (lives[slot]?.next().done === true) lives[slot] = begin(slot);
    if (host.random.oneIn(IDLE)) host.scrubABit();
    yield;
  }
}

/** One pause in so many is long enough for idle work. */
const IDLE = 64;

/** The ids of the domains that are alive. */
export class Living {
  private readonly ids: Set<DomainId> = new Set();
  private readonly host: Host;

  constructor(host: Host) {
    this.host = host;
  }

  /** A domain of about so many pages, half of it to half more. */
  create(pages: number, options?: DomainOptions, placement?: Placement): BuiltDomain {
    const half = Math.floor(pages / 2);
    return this.createExact(half + this.host.random.below(2 * half + 1), options, placement);
  }

  /** A domain of so many pages. */
  createExact(pages: number, options?: DomainOptions, placement?: Placement): BuiltDomain {
    const id = this.host.nextDomain((other) => this.ids.has(other));
    this.ids.add(id);
    return new BuiltDomain(this.host, id, pages, options, placement);
  }

  /** A domain dies; its id may be used again. */
  *bury(domain: BuiltDomain): Life {
    yield* domain.die();
    this.ids.delete(domain.id);
  }
}

/** Builds a domain, pausing behind each extent, until it has what it wants or there is no more. */
export function* build(domain: BuiltDomain): Life {
  while (!domain.built) {
    domain.buildStep();
    yield;
  }
}

/** A built domain runs: its balloon goes down and up, and backends take pages for it and give them back. */
export function* run(host: Host, domain: BuiltDomain, turns: number): Life {
  const { recorder, random } = host;
  for (let turn = 0; turn < turns; turn++) {
    switch (random.below(8)) {
      case 0:
      case 1:
      case 2:
        domain.giveBackSingle();
        break;
      case 3:
      case 4:
        if (domain.pages < domain.wanted) domain.populateSingle();
        break;
      default: {
        const mfn = recorder.allocDomheapPages({ order: SINGLE });
        yield;
        if (mfn !== null) recorder.freeDomheapPages({ mfn, order: SINGLE });
      }
    }
    yield;
  }
}
