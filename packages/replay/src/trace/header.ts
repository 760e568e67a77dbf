import {
  type Decoded,
  type Extensions,
  type FieldProblem,
  type HeapConfig,
  type JsonFields,
  type Machine,
  decodeHeapConfig,
  decodeMachine,
  decodeWith,
  decoded,
  describeValue,
  openObject,
  refused,
  textSchema,
} from '@heaplay/core';
import { z } from 'zod';
import { OLDEST_VERSION, TRACE_VERSION, type Upcast, upcastsFrom } from './upcast.ts';

/** Who wrote a trace. */
export interface TraceRecorder extends Extensions {
  readonly name: string;
  readonly version: string;
  /** What was recorded, or how the trace was made. */
  readonly source: string;
}

/** The first line of a trace: who recorded which machine under which configuration. All defaults are filled in. */
export interface TraceHeader extends Extensions {
  /** Version of the format. */
  readonly heaplay: typeof TRACE_VERSION;
  readonly recorder: TraceRecorder;
  readonly machine: Machine;
  readonly heap: HeapConfig;
}

/** A header, and how to read the records behind it. */
export interface DecodedHeader {
  readonly header: TraceHeader;
  /** The steps that bring a record of this trace to the version of this program. */
  readonly upcasts: readonly Upcast[];
}

interface HeaderInput {
  readonly heaplay: number;
  readonly recorder?: Partial<TraceRecorder>;
  readonly machine: object;
  readonly heap: object;
}

const isObject = z.custom<object>((value) => typeof value === 'object' && value !== null, 'an object');

const headerInputSchema: z.ZodType<HeaderInput> = openObject({
  heaplay: z.literal(TRACE_VERSION),
  recorder: openObject({
    name: textSchema.exactOptional(),
    version: textSchema.exactOptional(),
    source: textSchema.exactOptional(),
  }).exactOptional(),
  machine: isObject,
  heap: isObject,
});

/** Makes a header of this version. */
export function traceHeader(recorder: TraceRecorder, machine: Machine, heap: HeapConfig): TraceHeader {
  return { heaplay: TRACE_VERSION, recorder, machine, heap };
}

/** Reads the JSON of a first line. An older version is brought up to this one; presets fill in what is missing. */
export function decodeHeader(value: unknown): Decoded<DecodedHeader> {
  const fields = asFields(value);
  if (fields === undefined) return refused(notAHeader(value));
  const problem = checkVersion(fields);
  if (problem !== undefined) return refused(problem);
  const upcasts = upcastsFrom(Number(fields['heaplay']));
  const read = decodeWith(
    headerInputSchema,
    upcasts.reduce((json, step) => step.header(json), fields),
  );
  if (!read.ok) return read;
  const machine = within('machine', decodeMachine(read.value.machine));
  if (!machine.ok) return machine;
  const heap = within('heap', decodeHeapConfig(read.value.heap, machine.value));
  if (!heap.ok) return heap;
  const recorder = { name: 'unknown', version: '', source: '', ...read.value.recorder };
  const header = { ...read.value, heaplay: TRACE_VERSION, recorder, machine: machine.value, heap: heap.value } as const;
  return decoded({ header, upcasts });
}

/** The first line of a trace, without its line end. */
export function encodeHeader(header: TraceHeader): string {
  const { heaplay, recorder, machine, heap, ...extensions } = header;
  return JSON.stringify({ heaplay, recorder, machine, heap, ...extensions });
}

/** A JSON object's keys; `undefined` if it is no object. */
export function asFields(value: unknown): JsonFields | undefined {
  return isFields(value) ? value : undefined;
}

function isFields(value: unknown): value is JsonFields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function within<T>(field: string, result: Decoded<T>): Decoded<T> {
  if (result.ok) return result;
  const inner = result.problem.field;
  return refused({ ...result.problem, field: inner === '' ? field : `${field}.${inner}` });
}

function checkVersion(fields: JsonFields): FieldProblem | undefined {
  const version = fields['heaplay'];
  if (version === undefined) return notAHeader(fields);
  const problem = { field: 'heaplay', found: describeValue(version) };
  if (typeof version !== 'number' || !Number.isInteger(version)) {
    return { ...problem, expected: `the version of the format, an integer: ${TRACE_VERSION}` };
  }
  if (version > TRACE_VERSION) {
    const expected = `version ${TRACE_VERSION} or older, which is what this program reads`;
    return { ...problem, expected, hint: 'read the trace with a newer heaplay' };
  }
  if (version < OLDEST_VERSION) {
    return { ...problem, expected: `version ${OLDEST_VERSION} or newer: there never was an older one` };
  }
  return undefined;
}

function notAHeader(value: unknown): FieldProblem {
  const missing = asFields(value) !== undefined;
  return {
    field: missing ? 'heaplay' : '',
    found: missing ? `no "heaplay" in ${describeValue(value)}` : describeValue(value),
    expected: `a header on the first line: {"heaplay":${TRACE_VERSION},"recorder":...,"machine":...,"heap":...}`,
    hint: 'give a trace (*.heaplay.jsonl): a JSON object on each line, the header first',
  };
}
