import { Living, build, run, sideBySide } from './life.ts';
import type { Life } from './life.ts';
import type { Host } from './host.ts';

/** Domains are built, run and die, and others take their place. */
export function domainChurn(host: Host): Life {
  const living = new Living(host);
  return sideBySide(host, host.domains, function* (): Life {
    const domain = living.create(host.domainPages);
    yield* build(domain);
    // A toolstack that finds no memory for a domain gives up on it.
    if (!domain.failed) yield* run(host, domain, host.random.between(200, 2000));
    yield* living.bury(domain);
  });
}
