import { InputError } from '@heaplay/core';
import { TraceError } from '../trace/errors.ts';

/** Does something with a record of a trace; a call that makes no sense becomes an error that says where it stands. */
export function atRecord<T>(trace: string, record: number, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw errorAtRecord(trace, record, error);
  }
}

/** An error at a record of a trace: of a call that makes no sense it says where it stands; any other stays as it is. */
export function errorAtRecord(trace: string, record: number, error: unknown): unknown {
  if (!(error instanceof InputError)) return error;
  // The header is line 1.
  return new TraceError({ trace, line: record + 1, record }, error.problem, { cause: error });
}
