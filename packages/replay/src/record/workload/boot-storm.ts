import type { Host } from './host.ts';
import { Living } from './life.ts';
import type { Life } from './life.ts';

/** All domains are created, then built in turns, an extent each; all die in the order in which they came; once more. */
export function* bootStorm(host: Host): Life {
  for (;;) {
    const living = new Living(host);
    const domains = [];
    for (let n = 0; n < host.domains; n++) {
      domains.push(living.create(host.domainPages));
      yield;
    }
    for (let waiting = domains; waiting.length > 0; waiting = waiting.filter((domain) => !domain.built)) {
      for (const domain of waiting) {
        domain.buildStep();
        yield;
      }
    }
    for (const domain of domains) yield* living.bury(domain);
    host.scrub();
    yield;
  }
}
