import type { FieldProblem } from '@heaplay/core';
import { TraceError } from '../trace/errors.ts';

/** Something about a file that does not keep it from being imported, but may make the result wrong. */
export interface ImportProblem {
  /** `not-understood`: a line that looks as if it told of memory. `odd`: what was understood does not fit together. */
  readonly kind: 'not-understood' | 'odd';
  readonly line: number | null;
  /** In a sentence. */
  readonly message: string;
}

/** Refuses a file, or one of its lines. */
export function badInput(name: string, line: number | null, problem: Omit<FieldProblem, 'field'>): TraceError {
  return new TraceError({ trace: name, line, record: null }, { field: '', ...problem });
}

/** A range of addresses in a message: the last byte included. */
export function describeRange({ start, end }: { readonly start: number; readonly end: number }): string {
  return end <= start ? `0x${start.toString(16)}, of no length` : `0x${start.toString(16)}-0x${(end - 1).toString(16)}`;
}
