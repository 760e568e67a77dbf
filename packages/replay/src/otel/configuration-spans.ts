import { PairedRun } from '../rebase/paired-run.ts';
import type { Setup } from '../rebase/reconfigure.ts';
import { atRecord } from '../replay/at-record.ts';
import type { TimelineSource } from '../timeline/timeline-source.ts';
import { isObservation } from '../trace/record-kind.ts';
import { finishBoth, takeBoth } from './both-runs.ts';
import type { BothIdentities, BothTelemetry } from './both-runs.ts';
import type { SideName } from './comparison.ts';
import { Lifetimes } from './lifetimes.ts';
import { tellPaired } from './paired-step.ts';
import { PAUSE, rebasedAttributes } from './run-spans.ts';
import type { RunSpanOptions } from './run-spans.ts';
import { SpanIds } from './span-ids.ts';
import { SpanTeller } from './span-teller.ts';
import { TraceClock } from './trace-identity.ts';

/**
 * Goes once through a recorded run and the same run under another configuration, side by side, and tells both: each
 * call and each lifetime leads to its counterpart on the other side, and says how it came out against it.
 */
export function* configurationSpans(
  source: TimelineSource,
  to: Setup,
  identities: BothIdentities,
  { sample = 1, metricsEvery = 0 }: Omit<RunSpanOptions, 'to'> = {},
): Generator<BothTelemetry, void, undefined> {
  const lifetimes = { a: new Lifetimes(), b: new Lifetimes() };
  const probes = { a: lifetimes.a.probe, b: lifetimes.b.probe };
  const paired = new PairedRun(source.header, to, { probes });
  const teller = (side: SideName): SpanTeller =>
    new SpanTeller({
      source,
      identity: identities[side],
      session: paired[side],
      lifetimes: lifetimes[side],
      sample,
      metricsEvery,
      otherSeed: identities[side === 'a' ? 'b' : 'a'].seed,
      ...(side === 'a' ? {} : { attributes: rebasedAttributes(source.header, paired.to) }),
    });
  const sides = { a: teller('a'), b: teller('b') };
  const ids = new SpanIds(identities.a.seed);
  const clock = new TraceClock(identities.a);
  const planned = { count: 0 };
  for (let record = 1; record <= source.table.length && !sides.a.stopped; record++) {
    const call = source.table.record(record);
    const at = clock.advance(record, call.at);
    sides.a.advance(record, at);
    if (!sides.b.stopped) sides.b.advance(record, at);
    if (!isObservation(call)) {
      const chance = ids.chance(record);
      atRecord(source.name, record, () => {
        tellPaired({ record, call, step: paired.step(call, record), chance, planned }, sides.a, sides.b);
      });
    }
    sides.a.sampleIfDue();
    sides.b.sampleIfDue();
    yield* takeBoth(sides);
    if (record % PAUSE === 0) yield { kind: 'pause', record };
  }
  yield* finishBoth(sides);
}
