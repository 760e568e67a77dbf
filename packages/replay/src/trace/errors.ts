import type { FieldProblem } from '@heaplay/core';

/** Where in a trace something stands. */
export interface TracePlace {
  /** Name of the trace: a path, or whatever the reader was told. */
  readonly trace: string;
  /** Number of the line, from 1; null if it is no matter of a line. */
  readonly line: number | null;
  /** Number of the record: 0 is the header; null if it is no matter of a record. */
  readonly record: number | null;
}

/** A trace that cannot be read as one: where, what stands there, what should, and what to do. The records before it are good. */
export class TraceError extends Error {
  readonly place: TracePlace;
  readonly problem: FieldProblem;

  constructor(place: TracePlace, problem: FieldProblem, options?: ErrorOptions) {
    super(`${describePlace(place, problem.field)}: ${describeProblem(problem)}`, options);
    this.name = 'TraceError';
    this.place = place;
    this.problem = problem;
  }

  /** Number of the record, 0 for the header, null if it is no matter of a record. */
  get record(): number | null {
    return this.place.record;
  }

  /** Path of the field, empty for the record as a whole. */
  get field(): string {
    return this.problem.field;
  }

  /** What was found. */
  get found(): string {
    return this.problem.found;
  }

  /** What was expected. */
  get expected(): string {
    return this.problem.expected;
  }

  /** What to do next. */
  get hint(): string {
    return this.problem.hint ?? defaultHint(this.problem.field);
  }
}

/** A problem in a sentence: what was found, what was expected, what to do next. */
export function describeProblem(problem: FieldProblem): string {
  return `found ${problem.found}; expected ${problem.expected}. Next: ${problem.hint ?? defaultHint(problem.field)}`;
}

function describePlace({ trace, line, record }: TracePlace, field: string): string {
  const where = record === null ? '' : record === 0 ? 'header' : `record ${record}`;
  const at = line === null ? '' : `line ${line}`;
  const parts = [where, at, field === '' ? '' : `field "${field}"`].filter((part) => part !== '');
  return parts.length === 0 ? trace : `${trace}: ${parts.join(', ')}`;
}

function defaultHint(field: string): string {
  return field === '' ? 'correct the line, or record the trace anew' : `correct "${field}"`;
}
