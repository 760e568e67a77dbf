import type { CallRecord } from '@heaplay/core';
import type { PairedStep } from '../rebase/paired-run.ts';
import { frameOf } from './call-attributes.ts';
import { ALONE, compareSides } from './comparison.ts';
import type { Counterpart } from './comparison.ts';
import type { SpanTeller } from './span-teller.ts';
import type { NotedCall } from './told-run.ts';

/** A record that was carried out on both sides. */
export interface StepToTell {
  readonly record: number;
  readonly call: CallRecord;
  readonly step: PairedStep;
  /** A number of 0..1, for both sides. */
  readonly chance: number;
  /** Counts the calls by which start-up lays out the target. */
  readonly planned: { count: number };
}

/** Tells a record on both sides, or only in `b`: what is kept on one of them is kept on the other. */
export function tellPaired(told: StepToTell, a: SpanTeller | null, b: SpanTeller): void {
  const { record, call, step, chance } = told;
  const { recorded, target, orphaned } = step;
  const notedA = a?.note({ record, call, outcome: recorded, chance }) ?? null;
  if (b.stopped) {
    if (notedA !== null) a?.tell(notedA, notedA.isWanted, ALONE);
    return;
  }
  tellLayout(told, b);
  if (orphaned) {
    const isKept = notedA?.isWanted ?? b.keeps(chance);
    const there = { comparison: 'orphaned', bothLive: false } as const;
    if (notedA !== null) a?.tell(notedA, isKept, { ...there, record: isKept ? record : null });
    b.tellOrphan(record, call, isKept, { ...there, record, mfn: frameOf(call, recorded) });
  } else if (target === null) {
    if (notedA !== null) a?.tell(notedA, notedA.isWanted, ALONE);
  } else {
    const made = { record, call: target.call as CallRecord, outcome: target.outcome, chance };
    const notedB = b.note(made);
    tellBoth(
      a === null || notedA === null ? null : { teller: a, noted: notedA },
      { teller: b, noted: notedB },
      {
        record,
        call,
        outcome: recorded,
      },
    );
  }
}

/** A call on one side, before it is told. */
export interface NotedOn {
  readonly teller: SpanTeller;
  readonly noted: NotedCall;
}

/** Tells a call that both sides made. What side `a` came to is given where that is not told itself. */
export function tellBoth(
  a: NotedOn | null,
  b: NotedOn,
  inA: Pick<NotedCall, 'record' | 'call' | 'outcome'> = (a ?? b).noted,
): void {
  const inB = b.noted;
  const comparison = compareSides(inA, inB);
  const isKept = inB.isWanted || a?.noted.isWanted === true;
  const bothLive = inB.started !== null && (a === null || a.noted.started !== null);
  const seen = ({ record, call, outcome }: typeof inA): Omit<Counterpart, 'comparison'> => ({
    record,
    mfn: frameOf(call, outcome),
    bothLive,
  });
  a?.teller.tell(a.noted, isKept, { comparison: comparison.a, ...seen(inB) });
  b.teller.tell(inB, isKept, { comparison: comparison.b, ...seen(inA) });
}

function tellLayout({ record, step: { layout, target }, chance, planned }: StepToTell, b: SpanTeller): void {
  layout.forEach(({ call, outcome }, at) => {
    planned.count++;
    const isFollowed = target !== null || at < layout.length - 1;
    b.tell(
      b.note({ record, call: call as CallRecord, outcome, chance, planned: planned.count, isFollowed }),
      undefined,
      ALONE,
    );
  });
}
