import type { RunAxis } from '@heaplay/replay';

/** Records that are seen, both among them. */
export interface RecordRange {
  readonly from: number;
  readonly to: number;
}

/** When records were made, in ns since the trace began, by their numbers. */
export type RecordTimes = Float64Array;

/** The last record that was made at a time or before; 0 if none was. Times do not fall. */
export function recordAtTime(times: RecordTimes, at: number): number {
  let low = 0;
  let high = Math.max(0, times.length - 1);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((times[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The part of a run that is seen, along an axis: where on it a record lies, and what lies where. */
export class RunScale {
  readonly axis: RunAxis;
  readonly range: RecordRange;
  /** Places at the two ends: records, or nanoseconds. */
  readonly begin: number;
  readonly end: number;
  private readonly times: RecordTimes;

  /** Without times it is along the records, whatever was asked for. */
  constructor(axis: RunAxis, range: RecordRange, times: RecordTimes | null) {
    this.axis = times === null ? 'records' : axis;
    this.times = times ?? new Float64Array();
    this.range = range;
    this.begin = this.placeOf(range.from);
    // Records of one moment are seen at its beginning.
    this.end = Math.max(this.placeOf(range.to), this.begin + 1);
  }

  /** Where a record is along the axis: its number, or its time. */
  placeOf(record: number): number {
    return this.axis === 'records' ? record : (this.times[Math.min(record, this.times.length - 1)] ?? 0);
  }

  /** Which record is seen at a place: the last one up to it. */
  recordOf(place: number): number {
    return this.axis === 'records' ? Math.floor(place) : recordAtTime(this.times, place);
  }

  /** The place as a share of what is seen: 0 at its beginning, 1 at its end. */
  share(place: number): number {
    return (place - this.begin) / (this.end - this.begin);
  }

  /** The record nearest to a share of what is seen. */
  recordAt(share: number): number {
    const place = this.begin + share * (this.end - this.begin);
    const record = this.recordOf(this.axis === 'records' ? place + 0.5 : place);
    return Math.min(Math.max(record, this.range.from), this.range.to);
  }

  /** What is seen when it is `factor` times as much, and what lies at `share` stays where it is; within `length`. */
  zoomed(factor: number, share: number, length: number): RecordRange {
    const width = Math.max(1, (this.end - this.begin) * factor);
    return this.between(this.begin + share * (this.end - this.begin - width), width, length);
  }

  /** What is seen further on by a share of it; as much, as far as there is. */
  moved(share: number, length: number): RecordRange {
    const width = this.end - this.begin;
    const last = this.placeOf(length);
    const begin = Math.min(this.begin + share * width, last - width);
    return this.between(Math.max(0, begin), width, length);
  }

  private between(begin: number, width: number, length: number): RecordRange {
    if (this.axis === 'records') {
      const from = Math.min(Math.max(0, Math.round(begin)), Math.max(0, length - 1));
      return { from, to: Math.min(length, Math.max(from + 1, Math.round(Math.max(begin, 0) + width))) };
    }
    const from = Math.min(this.recordOf(Math.max(0, begin)), Math.max(0, length - 1));
    const to = Math.min(length, this.recordOf(begin + width) + 1);
    return { from, to: Math.max(from + 1, to) };
  }
}

/** Round places between two, `most` at most; and how far apart they are. */
export function ticksBetween(
  begin: number,
  end: number,
  most: number,
): { readonly step: number; readonly places: readonly number[] } {
  const least = Math.max((end - begin) / Math.max(most, 1), 1);
  const power = 10 ** Math.floor(Math.log10(least));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= least * (1 - 1e-9)) ?? 10) * power;
  const places: number[] = [];
  for (let place = Math.ceil(begin / step) * step; place <= end; place += step) places.push(place);
  return { step, places };
}
