import { EXACT_NODE } from '@heaplay/core';
import type { NodeId } from '@heaplay/core';
import type { Host } from './host.ts';
import { Living, build, run, sideBySide } from './life.ts';
import type { Life } from './life.ts';

const FIRST = 0 as NodeId;

/** Of four domains two have affinity to the first node, one insists on it, one takes what there is anywhere. */
export function numaImbalance(host: Host): Life {
  const living = new Living(host);
  return sideBySide(host, host.domains, function* (slot): Life {
    const domain = living.create(
      host.domainPages,
      slot % 4 === 3 ? {} : { nodeAffinity: [FIRST] },
      slot % 4 === 2 ? { node: FIRST, flags: EXACT_NODE } : {},
    );
    yield* build(domain);
    if (!domain.failed) yield* run(host, domain, host.random.between(200, 2000));
    yield* living.bury(domain);
  });
}
