/** What somebody says about a record: good, bad, or that it cannot be told. */
export type BisectVerdict = 'good' | 'bad' | 'skip';

/** A record that was judged. */
export interface BisectMark {
  readonly verdict: BisectVerdict;
  readonly record: number;
}

/** A search for the first bad record of a run, judged one by one, as `git bisect` has it. Immutable. */
export interface BisectSearch {
  /** The last record of the run. */
  readonly length: number;
  /** The greatest record known to be good, and the smallest known to be bad; null: none yet. */
  readonly good: number | null;
  readonly bad: number | null;
  readonly skipped: ReadonlySet<number>;
  /** All that was said, in order. */
  readonly marks: readonly BisectMark[];
}

/** Where a search stands. */
export type BisectPosition =
  /** A bound is missing; `record` is the one to be judged unless another is named. */
  | { readonly status: 'waiting'; readonly needs: 'good' | 'bad' | 'both'; readonly record: number }
  /** The next record to be judged; how many may be the first bad one, and how many steps that takes about. */
  | { readonly status: 'probe'; readonly record: number; readonly left: number; readonly steps: number }
  /** The first bad record is known. */
  | { readonly status: 'found'; readonly record: number }
  /** It is one of these, but all that could tell which were skipped. */
  | { readonly status: 'only-skipped'; readonly first: number; readonly last: number };

/** A verdict that goes against an earlier one. */
export class ContradictoryMark extends Error {
  override readonly name = 'ContradictoryMark';
}

/** A search over the records 0 (power-on) to `length`, of which nothing is known yet. */
export function startSearch(length: number): BisectSearch {
  return { length, good: null, bad: null, skipped: new Set(), marks: [] };
}

/**
 * The search with one more verdict. Throws {@link ContradictoryMark} for a good record at or behind a bad one, and
 * `RangeError` for a record that is not there.
 */
export function markRecord(search: BisectSearch, { verdict, record }: BisectMark): BisectSearch {
  const { length, good, bad } = search;
  if (!Number.isInteger(record) || record < 0 || record > length) {
    throw new RangeError(`record ${record} is not there: the run has records 0 (power-on) to ${length}`);
  }
  if (verdict === 'good' && bad !== null && record >= bad) {
    throw new ContradictoryMark(`record ${record} cannot be good: record ${bad} is bad already`);
  }
  if (verdict === 'bad' && good !== null && record <= good) {
    throw new ContradictoryMark(`record ${record} cannot be bad: record ${good} is good still`);
  }
  const skipped = new Set(search.skipped);
  if (verdict === 'skip') skipped.add(record);
  else skipped.delete(record);
  return {
    length,
    good: verdict === 'good' ? Math.max(good ?? 0, record) : good,
    bad: verdict === 'bad' ? Math.min(bad ?? length, record) : bad,
    skipped,
    marks: [...search.marks, { verdict, record }],
  };
}

/** Where the search stands, and what to judge next. */
export function positionOf({ length, good, bad, skipped }: BisectSearch): BisectPosition {
  // Nothing lies before power-on.
  if (bad === 0) return { status: 'found', record: 0 };
  if (bad === null) return { status: 'waiting', needs: good === null ? 'both' : 'bad', record: length };
  if (good === null) return { status: 'waiting', needs: 'good', record: 0 };
  if (bad - good === 1) return { status: 'found', record: bad };
  const record = nextRecord(good, bad, skipped);
  if (record === null) return { status: 'only-skipped', first: good + 1, last: bad };
  const left = bad - good;
  return { status: 'probe', record, left, steps: Math.floor(Math.log2(left)) };
}

/**
 * The record in the middle, or if that was skipped one near it: first its neighbours, then ever further away, so that
 * a long stretch that cannot be judged is left soon. Null if all between were skipped.
 */
function nextRecord(good: number, bad: number, skipped: ReadonlySet<number>): number | null {
  const middle = Math.floor((good + bad) / 2);
  const free = (record: number): boolean => record > good && record < bad && !skipped.has(record);
  if (free(middle)) return middle;
  for (let distance = 1; distance < bad - good; distance *= 2) {
    if (free(middle - distance)) return middle - distance;
    if (free(middle + distance)) return middle + distance;
  }
  for (let distance = 1; distance < bad - good; distance++) {
    if (free(middle - distance)) return middle - distance;
    if (free(middle + distance)) return middle + distance;
  }
  return null;
}
