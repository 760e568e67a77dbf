import { InputError } from '@heaplay/core';
import { TraceError } from '../trace/errors.ts';

/** Does something with a record of a trace; a call that makes no sense becomes an error that says where it stands. */
export function atRecord<T>(trace: string, record: number, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    // The header is line 1.
    throw new TraceError({ trace, line: record + 1, record }, error.problem, { cause: error });
  }
}
