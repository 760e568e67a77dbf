import { isObservation } from '@heaplay/replay';
import { callText, resultText } from '../compare/compare-handlers.ts';
import type { Engine } from '../engine/engine.ts';

/** A record as something that could be otherwise. */
export interface CallToEdit {
  readonly record: number;
  readonly call: string;
  readonly result: string;
  /** Can it be left out? Not what somebody only looked at. */
  readonly isCall: boolean;
  /** The order that it names; null: none. */
  readonly order: number | null;
}

/** Says what records are, as recorded. Those that are not there are left out. */
export function describeCalls(
  engine: Engine,
  { run, records }: { readonly run: number; readonly records: readonly number[] },
): readonly CallToEdit[] {
  const { timeline } = engine.run(run);
  return records
    .filter((record) => record >= 1 && record <= timeline.table.length)
    .map((record) => {
      const call = timeline.table.record(record);
      const order = !isObservation(call) && 'order' in call ? call.order : null;
      const isCall = !isObservation(call);
      return { record, call: callText(timeline, record), result: resultText(timeline, record), isCall, order };
    });
}
