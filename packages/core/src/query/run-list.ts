/** Runs of frames, added by rising first frame; those that touch or overlap are one. */
export class RunList {
  /** First frame and end of each, in turn: a pair for each would cost more than the search for them. */
  readonly bounds: number[] = [];

  /** Adds `[first, end)`; `first` is not below that of the run added before. */
  add(first: number, end: number): void {
    const { bounds } = this;
    const last = bounds.length - 1;
    if (last > 0 && first <= (bounds[last] as number)) {
      if (end > (bounds[last] as number)) bounds[last] = end;
    } else {
      bounds.push(first, end);
    }
  }
}

/** Calls `visit` for the runs that some lists cover together, rising, none touching another; nothing at or beyond `limit`. */
export function mergeRuns(lists: readonly RunList[], limit: number, visit: (first: number, end: number) => void): void {
  const waiting = lists.map(({ bounds }) => ({ bounds, at: 0 })).filter(({ bounds }) => bounds.length > 0);
  let [first, end] = [0, -1];
  while (waiting.length > 0) {
    let next = 0;
    for (let list = 1; list < waiting.length; list++) {
      if (firstOf(waiting[list] as Waiting) < firstOf(waiting[next] as Waiting)) next = list;
    }
    const source = waiting[next] as Waiting;
    const [from, to] = [firstOf(source), source.bounds[source.at + 1] as number];
    source.at += 2;
    if (source.at === source.bounds.length) waiting.splice(next, 1);
    if (from <= end) {
      end = Math.max(end, to);
      continue;
    }
    if (end > 0 && first < limit) visit(first, Math.min(end, limit));
    [first, end] = [from, to];
  }
  if (end > 0 && first < limit) visit(first, Math.min(end, limit));
}

interface Waiting {
  readonly bounds: readonly number[];
  at: number;
}

function firstOf({ bounds, at }: Waiting): number {
  return bounds[at] as number;
}
