import type { CallRecord, HeapCall, HeapReader, Outcome, Probe } from '@heaplay/core';
import { PairedRun } from '../rebase/paired-run.ts';
import { sameSetup } from '../rebase/reconfigure.ts';
import type { Setup } from '../rebase/reconfigure.ts';
import { ReplaySession } from './replay-session.ts';

/** A call of a run. */
export interface WalkedCall {
  readonly call: HeapCall;
  /** What came of it; null if it was not carried out, for it needs pages of an allocation that failed here. */
  readonly outcome: Outcome | null;
  /** Was it laid out anew by start-up under another configuration? Otherwise it is the record's own. */
  readonly planned: boolean;
  /** Free pages of the whole heap behind it. */
  readonly freePages: number;
}

/** Goes through a run once, record by record, as it was recorded or under another configuration. */
export class RunWalk {
  /** The setup that is walked, with what start-up chose itself filled in. */
  readonly setup: Setup;
  /** The run itself; of two, the one under the other configuration. */
  readonly session: ReplaySession;
  private readonly paired: PairedRun | undefined;

  /** `probe` watches the calls being carried out. Throws `BootPanic` if the machine does not boot with the layout. */
  constructor(from: Setup, to: Setup = from, probe?: Probe) {
    this.paired = sameSetup(from, to)
      ? undefined
      : new PairedRun(from, to, probe === undefined ? {} : { probes: { b: probe } });
    this.setup = this.paired?.to ?? to;
    this.session = this.paired?.b ?? ReplaySession.powerOn(to.machine, to.heap, probe);
  }

  /** The heap now, to be read until the next step. */
  get heap(): HeapReader {
    return this.session.heap;
  }

  /**
   * Carries out a record: the calls that this run makes there, in order. If one of them stops Xen it is the last, and
   * nothing may come behind it. Throws core's `InputError` for a record that makes no sense.
   */
  step(record: CallRecord, number: number): WalkedCall[] {
    if (this.paired === undefined) {
      const outcome = this.session.apply(record);
      return [{ call: record, outcome, planned: false, freePages: this.heap.totals.freePages }];
    }
    const { layout, target, orphaned } = this.paired.step(record, number);
    const carried = target === null ? layout : [...layout, target];
    const now = this.heap.totals.freePages;
    const walked = carried.map(({ call, outcome }, at): WalkedCall => {
      const freePages = carried[at + 1]?.freePagesBefore ?? now;
      return { call, outcome, planned: at < layout.length, freePages };
    });
    if (orphaned) walked.push({ call: record, outcome: null, planned: false, freePages: now });
    return walked;
  }
}
