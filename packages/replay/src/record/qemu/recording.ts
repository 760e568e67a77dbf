import type { TraceHeader } from '../../trace/header.ts';
import type { TraceRecord } from '../../trace/trace-record.ts';
import type { FunctionSet } from './watched-function.ts';

/** Takes a recording as it comes. */
export interface RecordingSink {
  /** The header, before any record. */
  readonly begin: (header: TraceHeader) => void | Promise<void>;
  readonly write: (record: TraceRecord) => void;
}

/** How a Xen is to be recorded. */
export interface RecordingOptions {
  readonly functions: FunctionSet;
  /** Who records, and what: for the header. */
  readonly recorder: TraceHeader['recorder'];
  /** Ends the recording in good order. */
  readonly end: AbortSignal;
  /** Milliseconds within which a machine that is asked to stop has to. */
  readonly timeout: number;
  /** Hears how far the recording has come, after each call. */
  readonly progress?: (progress: RecordingProgress) => void;
  /** Asked when the connection is closed: how the machine ended, if that is why. */
  readonly gone?: () => Promise<string | undefined>;
  /** Ends the recording when so many calls are recorded. */
  readonly calls?: number;
}

/** How far a recording has come. */
export interface RecordingProgress {
  readonly calls: number;
  /** Free pages of the whole heap, as last seen. */
  readonly freePages: number;
}

/** How a recording ended. */
export interface RecordingResult extends RecordingProgress {
  /** Why: it was asked to, the machine is gone, Xen has stopped itself, or there are as many calls as were wanted. */
  readonly reason: 'asked' | 'exited' | 'died' | 'calls';
  /** What is known of the machine's end; of a Xen that has stopped itself, the function in which it did. */
  readonly exit?: string;
  /** Were the free lists looked at? */
  readonly walked: boolean;
  /** Calls that never returned: they are no records. */
  readonly abandoned: number;
}
