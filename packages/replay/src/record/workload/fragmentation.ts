import { SUPERPAGE } from './domain-build.ts';
import type { BuiltDomain } from './domain-build.ts';
import type { Host } from './host.ts';
import { Living } from './life.ts';
import type { Life } from './life.ts';

/** Pages freed between two attempts to get a superpage. */
const ATTEMPT_EVERY = 32;
/** Pages left to Xen. */
const LEFT_OVER = 512;

/** Domains take single pages side by side, give most of them back here and there, and die one by one; then once more. */
export function* fragmentation(host: Host): Life {
  for (;;) {
    const living = new Living(host);
    const domains = Array.from({ length: host.domains }, () => living.createExact(host.pages));
    yield* fill(host, domains);
    yield* thinOut(host, domains);
    for (const domain of domains) {
      yield* living.bury(domain);
      yield* attempt(host);
    }
    host.scrub();
    yield;
  }
}

/** Any domain takes a page, again and again, until the memory is full. */
function* fill(host: Host, domains: readonly BuiltDomain[]): Life {
  while (host.freePages > LEFT_OVER && domains[host.random.below(domains.length)]?.populateSingle() === true) yield;
}

/** Any pages of any domains come back, until three quarters of the memory are free. */
function* thinOut(host: Host, domains: readonly BuiltDomain[]): Life {
  for (let freed = 0; host.freePages < (host.pages * 3) / 4; freed++) {
    const domain = domains[host.random.below(domains.length)];
    domain?.giveBackSingle();
    if (freed % ATTEMPT_EVERY === 0) yield* attempt(host);
    yield;
  }
}

/** Somebody wants a superpage. */
function* attempt({ recorder }: Host): Life {
  const mfn = recorder.allocDomheapPages({ order: SUPERPAGE });
  if (mfn === null) return;
  yield;
  recorder.freeDomheapPages({ mfn, order: SUPERPAGE });
  yield;
}
