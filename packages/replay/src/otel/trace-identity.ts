import { encodeRecord } from '../trace/encode-record.ts';
import { encodeHeader, traceHeader } from '../trace/header.ts';
import { portableSha256 } from '../trace/hash.ts';
import type { Sha256 } from '../trace/hash.ts';
import type { TimelineSource } from '../timeline/open-timeline.ts';

/** Nanoseconds between two records of a trace that has no times. */
const SYNTHETIC_STEP = 1000;

/** Records that are encoded before they are hashed together. */
const CHUNK = 1024;

/** What is known of a trace before its run is walked through. */
export interface TraceIdentity {
  /**
   * SHA-256, 32 bytes, over the header without its recorder and all records, as they are written plain: the same for
   * one trace in any compression, with a footer or without.
   */
  readonly sha256: Uint8Array;
  /** `recorded`: times are the records' own. `synthetic`: no record has one, so record N stands at N µs. */
  readonly clock: 'recorded' | 'synthetic';
}

/** Looks at a trace once. */
export function identifyTrace({ header, table }: TimelineSource, sha256: Sha256 = portableSha256): TraceIdentity {
  const hash = sha256();
  const text = new TextEncoder();
  let lines = `${encodeHeader(traceHeader({ name: '', version: '', source: '' }, header.machine, header.heap))}\n`;
  let timed = false;
  for (let record = 1; record <= table.length; record++) {
    lines += `${encodeRecord(table.record(record))}\n`;
    timed ||= table.atAt(record) !== undefined;
    if (record % CHUNK !== 0) continue;
    hash.update(text.encode(lines));
    lines = '';
  }
  hash.update(text.encode(lines));
  return { sha256: hash.digest(), clock: timed ? 'recorded' : 'synthetic' };
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
