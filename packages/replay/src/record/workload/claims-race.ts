import { SINGLE } from './domain-build.ts';
import type { Host } from './host.ts';
import { Living, build, run, sideBySide } from './life.ts';
import type { Life } from './life.ts';

/** Toolstacks race for memory: of three two claim it before they build, one does not. Xen takes a page now and then. */
export function claimsRace(host: Host): Life {
  const living = new Living(host);
  return sideBySide(host, host.domains + 1, (slot) =>
    slot === 0 ? somebodyElse(host) : domainLife(host, living, slot % 3 !== 0),
  );
}

function* domainLife(host: Host, living: Living, claims: boolean): Life {
  const { recorder } = host;
  const domain = living.create(host.domainPages);
  const claimed = claims && recorder.domainSetOutstandingPages({ domain: domain.id, pages: domain.wanted }) === 0;
  yield;
  // Whoever is refused a claim does not begin to build.
  if (claimed || !claims) yield* build(domain);
  if (claimed) recorder.domainSetOutstandingPages({ domain: domain.id, pages: 0 });
  if (domain.pages >= domain.wanted) yield* run(host, domain, host.random.between(100, 500));
  yield* living.bury(domain);
}

/** A page for nobody, and back. */
function* somebodyElse({ recorder }: Host): Life {
  const mfn = recorder.allocDomheapPages({ order: SINGLE });
  yield;
  if (mfn !== null) recorder.freeDomheapPages({ mfn, order: SINGLE });
}
