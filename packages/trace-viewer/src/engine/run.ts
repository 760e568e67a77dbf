import { Biographer } from '@heaplay/replay';
import type { ReplayResult, Timeline, TraceHeader } from '@heaplay/replay';
import type { HeapConfig, Machine, MfnRange } from '@heaplay/core';

/** Where a run comes from: told by whoever opens it. */
export interface RunOrigin {
  readonly name: string;
  /** Size of the trace in bytes as it lies there; null: not known. */
  readonly bytes: number | null;
}

/** What a run was made of that was not read from a trace. */
export interface Derivation {
  /** The run that it was worked out from, by its number. */
  readonly from: number;
  /** What is otherwise than there, as the address says it. */
  readonly change: string;
}

/** What the page has to know of a run. Plain data. */
export interface RunSummary {
  readonly id: number;
  readonly name: string;
  readonly machine: Machine;
  readonly heap: HeapConfig;
  /** What recorded it, in a line; empty if the trace does not say. */
  readonly recorder: string;
  /** Records that can be gone to now; more come while it is being read. */
  readonly length: number;
  /** Is there more to come? */
  readonly growing: boolean;
  /** When the last of them was made, in ns since the trace began; 0: no record has a time. */
  readonly duration: number;
  /** Where Xen would have stopped. */
  readonly bug: ReplayResult['bug'];
  /** What was wrong with the trace though it could be read; empty: nothing. */
  readonly warning: string;
  /** The frames that have records in the frame table, rising runs. */
  readonly validFrames: readonly MfnRange[];
  readonly zones: number;
  /** Null: it is a trace, as it was recorded. */
  readonly derived: Derivation | null;
}

/** A run that the engine holds, as far as it has come. */
export class Run {
  readonly id: number;
  readonly name: string;
  readonly header: TraceHeader;
  readonly derived: Derivation | null;
  private current: Timeline;
  private teller: Biographer | undefined;
  growing = true;
  warning = '';

  constructor(id: number, name: string, header: TraceHeader, timeline: Timeline, derived: Derivation | null = null) {
    this.derived = derived;
    this.id = id;
    this.name = name;
    this.header = header;
    this.current = timeline;
  }

  get timeline(): Timeline {
    return this.current;
  }

  /** More of it was replayed. */
  grow(timeline: Timeline): void {
    this.current = timeline;
    this.teller?.grow(timeline);
  }

  /** Tells what happened to pages; its index is made for the first one, and grows with the run. */
  get biographer(): Biographer {
    this.teller ??= new Biographer(this.current);
    return this.teller;
  }

  /** What the page has to know of it. */
  summary(): RunSummary {
    const { id, name, header, derived, current, growing, warning } = this;
    const { platform } = current.stateAt(0);
    return {
      id,
      name,
      machine: current.setup.machine,
      heap: current.setup.heap,
      recorder: recorderOf(header),
      length: current.length,
      growing,
      duration: current.timeAt(current.length),
      bug: current.bug,
      warning,
      validFrames: platform.frameTable.validFrames(),
      zones: platform.zones,
      derived,
    };
  }
}

function recorderOf({ recorder: { name, version, source } }: TraceHeader): string {
  return [name, version, source].filter((part) => part !== '').join(', ');
}
