import type { CallOf, CallType, HeapReader, HeapState, Observation, ResultOf } from '@heaplay/core';
import { isMappingCall } from '@heaplay/core';
import { Observable, Subject } from 'rxjs';
import type { Setup } from '../rebase/reconfigure.ts';
import { ReplaySession } from '../replay/replay-session.ts';
import type { TraceHeader, TraceRecorder } from '../trace/header.ts';
import { traceHeader } from '../trace/header.ts';
import type { TraceRecord } from '../trace/trace-record.ts';
import { RecordingEnded, RecordingStopped } from './recording-stopped.ts';

/** What is recorded, by whom, and by which clock. */
export interface RecorderConfig extends Setup {
  readonly recorder: TraceRecorder;
  /** Nanoseconds since the trace began; without it records carry no time, unless a call brings its own. */
  readonly clock?: () => number;
}

/** What a record may say beside the arguments of its call. */
export interface CallNotes {
  /** Nanoseconds since the trace began; the clock's, if there is one, unless given. */
  readonly at?: number;
  /** Symbols of the caller's stack, innermost first. */
  readonly caller?: readonly string[];
}

/** The arguments of a call, with the CPU that makes it and what else its record is to say. */
export type CallArguments<T extends CallType> = Omit<CallOf<T>, 'type'> & CallNotes;

/** The same for a call on the address space: who knows what it returned says so, as long as the model does not. */
export type MappingArguments<T extends CallType> = CallArguments<T> & { readonly result?: ResultOf<T> };

type Draft = Record<string, unknown>;

/**
 * Drives the model call by call, and emits a record of each: its arguments and what came of it. A hot Observable: who
 * subscribes gets what is recorded from then on, before the call returns. It keeps no record.
 */
export class CallRecorder extends Observable<TraceRecord> {
  /** The first line of the trace that the records belong to. */
  readonly header: TraceHeader;
  /** Records emitted so far. */
  records = 0;
  private readonly clock: (() => number) | undefined;
  private readonly session: ReplaySession;
  private readonly emitted: Subject<TraceRecord>;

  constructor({ machine, heap, recorder, clock }: RecorderConfig) {
    const emitted = new Subject<TraceRecord>();
    super((subscriber) => emitted.subscribe(subscriber));
    this.emitted = emitted;
    this.header = traceHeader(recorder, machine, heap);
    this.session = ReplaySession.powerOn(machine, heap);
    this.clock = clock;
  }

  /** The heap now, to be read until the next call. */
  get heap(): HeapReader {
    return this.session.heap;
  }

  /** The state now: it never changes again. */
  state(): HeapState {
    return this.session.publish();
  }

  /** Nothing more comes: completes the Observable. */
  end(): void {
    this.emitted.complete();
  }

  /** Has the recording ended, by {@link end} or because Xen stopped? */
  get ended(): boolean {
    return this.emitted.isStopped;
  }

  /**
   * Makes the call of a name and records it. Throws core's `InputError`, and records nothing, for a call that makes no sense;
   * {@link RecordingStopped} where Xen stops, which is the last record; {@link RecordingEnded} behind the end.
   */
  call<T extends CallType>(type: T, args: CallArguments<T>): ResultOf<T> {
    if (this.ended) throw new RecordingEnded();
    // What the arguments are is the caller's word: their type says that they belong to this call.
    const call = this.draft(type, args) as unknown as CallOf<T>;
    const { result, virqs, bug } = this.session.apply(call);
    const record = call as unknown as Draft;
    if (result !== undefined) record['result'] = result;
    if (virqs > 0) record['virqs'] = virqs;
    if (bug !== null) record['bug'] = bug.kind;
    this.emit(record);
    if (bug !== null) {
      this.end();
      throw new RecordingStopped(bug);
    }
    return (isMappingCall(call) ? record['result'] : result) as ResultOf<T>;
  }

  /** Records what was seen. */
  protected observe<O extends Observation>(seen: O, notes: CallNotes): O {
    if (this.ended) throw new RecordingEnded();
    this.emit(this.draft(seen.type, { ...seen, ...notes }));
    return seen;
  }

  private draft(type: string, args: object): Draft {
    const record: Draft = { type, ...args };
    if (this.clock !== undefined && record['at'] === undefined) record['at'] = this.clock();
    return record;
  }

  private emit(record: Draft): void {
    this.records++;
    this.emitted.next(record as unknown as TraceRecord);
  }
}
