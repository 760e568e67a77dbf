import type { FieldProblem } from '@heaplay/core';
import { TraceError, type TracePlace } from '../errors.ts';
import type { TraceHeader } from '../header.ts';
import type { ReadOptions } from '../reader.ts';
import type { PackedTable } from '../table.ts';
import type { TraceEnd } from '../trace-end.ts';

/** Records of a batch on the way from one thread to another: fewer make more messages, more make the first one late. */
export const THREAD_BATCH_SIZE = 4096;

/** Batches that a thread reads ahead of whoever takes them. */
export const BATCHES_AHEAD = 4;

/** How a trace is to be read on a thread of its own. */
export type ThreadReadOptions = Pick<ReadOptions, 'name' | 'lineLimit'>;

/** What a thread is to read. */
export interface ReadTask {
  readonly path: string;
  readonly options: ThreadReadOptions;
}

/** What a thread that reads a trace says, part by part: first the header, last an end or a failure. */
export type ReadMessage =
  | { readonly part: 'header'; readonly header: TraceHeader }
  | { readonly part: 'batch'; readonly first: number; readonly table: PackedTable }
  | { readonly part: 'end'; readonly end: TraceEnd }
  | { readonly part: 'failure'; readonly failure: ReadFailure };

/** Why a trace could not be read, as plain data: the class of an error is lost on the way. */
export type ReadFailure =
  | { readonly kind: 'trace'; readonly place: TracePlace; readonly problem: FieldProblem; readonly cause: unknown }
  | { readonly kind: 'bug'; readonly error: unknown };

/** An error as plain data. */
export function packError(error: unknown): ReadFailure {
  if (!(error instanceof TraceError)) return { kind: 'bug', error };
  const { place, problem, cause } = error;
  return { kind: 'trace', place, problem, cause };
}

/** The error that was packed. */
export function unpackError(failure: ReadFailure): unknown {
  if (failure.kind === 'bug') return failure.error;
  const { place, problem, cause } = failure;
  return new TraceError(place, problem, cause === undefined ? {} : { cause });
}
