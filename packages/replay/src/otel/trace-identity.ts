import { encodeRecord } from '../trace/encode-record.ts';
import { encodeHeader, traceHeader } from '../trace/header.ts';
import { portableSha256 } from '../trace/hash.ts';
import type { Sha256 } from '../trace/hash.ts';
import { sameSetup } from '../rebase/reconfigure.ts';
import type { Setup } from '../rebase/reconfigure.ts';
import type { TimelineSource } from '../timeline/timeline-source.ts';

/** Nanoseconds between two records of a trace that has no times. */
const SYNTHETIC_STEP = 1000;

/** Records that are encoded before they are hashed together. */
const CHUNK = 1024;

/** What is known of a run before it is walked through. */
export interface TraceIdentity {
  /**
   * SHA-256, 32 bytes, over the header without its recorder and all records, as they are written plain: the same for
   * one trace in any compression, with a footer or without.
   */
  readonly sha256: Uint8Array;
  /**
   * What the ids of the run are made of, 32 bytes: the hash of the trace, for the run as it was recorded; under another
   * configuration a hash of both.
   */
  readonly seed: Uint8Array;
  /** `recorded`: times are the records' own. `synthetic`: no record has one, so record N stands at N µs. */
  readonly clock: 'recorded' | 'synthetic';
}

/** Looks at a trace once. */
export function identifyTrace({ header, table }: TimelineSource, sha256: Sha256 = portableSha256): TraceIdentity {
  const hash = sha256();
  const text = new TextEncoder();
  let lines = configurationLine(header);
  let timed = false;
  for (let record = 1; record <= table.length; record++) {
    lines += `${encodeRecord(table.record(record))}\n`;
    timed ||= table.atAt(record) !== undefined;
    if (record % CHUNK !== 0) continue;
    hash.update(text.encode(lines));
    lines = '';
  }
  hash.update(text.encode(lines));
  const digest = hash.digest();
  return { sha256: digest, seed: digest, clock: timed ? 'recorded' : 'synthetic' };
}

/** The identity of a trace's run under another configuration; under the recorded one it stays as it is. */
export function identifyRebased(
  identity: TraceIdentity,
  { from, to }: { readonly from: Setup; readonly to: Setup },
  sha256: Sha256 = portableSha256,
): TraceIdentity {
  return sameSetup(from, to) ? identity : derived(identity, configurationLine(to), sha256);
}

/** The identity of a trace as the other side of itself: no two spans may have one id. */
export function identifyOther(identity: TraceIdentity, sha256: Sha256 = portableSha256): TraceIdentity {
  return derived(identity, 'the other side', sha256);
}

function derived(identity: TraceIdentity, text: string, sha256: Sha256): TraceIdentity {
  const hash = sha256();
  hash.update(identity.seed);
  hash.update(new TextEncoder().encode(text));
  return { ...identity, seed: hash.digest() };
}

/** Machine and configuration as the header of a trace has them, without who recorded it. */
function configurationLine({ machine, heap }: Setup): string {
  return `${encodeHeader(traceHeader({ name: '', version: '', source: '' }, machine, heap))}\n`;
}

/** Tells the time of one record after the other. */
export class TraceClock {
  /** Nanoseconds since the trace began. */
  now = 0;
  private readonly synthetic: boolean;

  constructor({ clock }: Pick<TraceIdentity, 'clock'>) {
    this.synthetic = clock === 'synthetic';
  }

  /** Goes on to a record: the latest time known up to it, for records of several CPUs can be out of order. */
  advance(record: number, at: number | undefined): number {
    this.now = this.synthetic ? record * SYNTHETIC_STEP : Math.max(this.now, at ?? 0);
    return this.now;
  }
}
