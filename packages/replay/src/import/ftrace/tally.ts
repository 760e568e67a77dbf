import type { ImportProblem } from '../problem.ts';

/** Damaged lines that are told one by one; more are counted. */
const MOST_PROBLEMS = 1000;
/** Names of other events that are counted one by one. */
const MOST_NAMES = 64;

/** What a recording held, and what became of it. Counts go up while it is read. */
export class FtraceTally {
  lines = 0;
  /** Events of the page allocator. */
  events = 0;
  allocations = 0;
  /** Allocations that Linux could not make. */
  failures = 0;
  /** Events of pages that came back, those that told it a second time included. */
  frees = 0;
  /** Pages that came back and had been allocated before the recording began. */
  pagesFromBefore = 0;
  /** Pages of which both a free and a batch told that they came back. */
  pagesToldTwice = 0;
  /** Pages that came back twice, so their allocation in between was lost. */
  pagesFreedTwice = 0;
  /** Pages that were allocated twice, so that a free in between was lost. It was put in. */
  pagesNeverFreed = 0;
  /** Allocations for which the model had no room. */
  withoutRoom = 0;
  /** Domains that were put in. */
  domains = 0;
  /** Allocations that were left anonymous because there were too many processes. */
  withoutDomain = 0;
  /** Places at which events were lost. */
  gaps = 0;
  /** Events that were lost there, as far as that is told. */
  lost = 0;
  /** Events that stood behind a later one and were put in their place. */
  sorted = 0;
  /** Events that stood too far behind a later one: they keep their place, and have its time. */
  late = 0;
  extfrag = 0;
  zoneLocked = 0;
  drained = 0;
  /** Damaged lines, those that are not told one by one included. */
  damaged = 0;
  readonly problems: ImportProblem[] = [];
  /** Events that have nothing to do with pages, by name. */
  readonly ignored: Map<string, number> = new Map<string, number>();

  /** A line that could not be understood. */
  damage(line: number, message: string): void {
    this.damaged++;
    if (this.problems.length < MOST_PROBLEMS) this.problems.push({ kind: 'not-understood', line, message });
  }

  /** An event that has nothing to do with pages. */
  ignore(name: string): void {
    const key = this.ignored.has(name) || this.ignored.size < MOST_NAMES ? name : 'others';
    this.ignored.set(key, (this.ignored.get(key) ?? 0) + 1);
  }
}
