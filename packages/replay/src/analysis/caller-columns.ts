/** Figures by stack: a place in each column for each stack. */
export interface CallerFigures {
  /** Pages that are held. */
  readonly held: Float64Array;
  /** Allocations that were asked for, and those of them that got nothing. */
  readonly calls: Float64Array;
  readonly failed: Float64Array;
  /** Pages that were allocated so far, held or not. */
  readonly allocated: Float64Array;
}

const FIRST_CAPACITY = 4096;
/** Rows from one sum that is kept to the next. */
const SPACING = 4096;
const CALL = 1;
const FAILED = 2;

/** Changes of what callers hold and have asked for, as rows of 13 bytes in the order of their records. */
export class CallerColumns {
  private count = 0;
  private records = new Uint32Array(FIRST_CAPACITY);
  private stacks = new Uint32Array(FIRST_CAPACITY);
  /** Pages that the stack holds more since this row, or fewer; of a call, the pages that it got. */
  private pages = new Int32Array(FIRST_CAPACITY);
  private kinds = new Uint8Array(FIRST_CAPACITY);
  /** The figures before every {@link SPACING}-th row. */
  private readonly sums: CallerFigures[] = [zeros(1)];
  private latest: CallerFigures = zeros(64);

  /** A stack asked for an allocation, and got so many pages. */
  addCall(record: number, stack: number, pages: number, failed: boolean): void {
    this.add(record, stack, pages, failed ? CALL | FAILED : CALL);
  }

  /** A stack holds so many pages more; fewer if it is negative. */
  addPages(record: number, stack: number, pages: number): void {
    this.add(record, stack, pages, 0);
  }

  /** The figures behind a record, for so many stacks. */
  at(record: number, stacks: number): CallerFigures {
    const end = this.rowsUpTo(record);
    const sum = Math.min(Math.floor(end / SPACING), this.sums.length - 1);
    const figures = copied(this.sums[sum] ?? zeros(1), stacks);
    for (let at = sum * SPACING; at < end; at++) this.apply(at, figures);
    return figures;
  }

  private add(record: number, stack: number, pages: number, kind: number): void {
    if (this.count > 0 && this.count % SPACING === 0) this.sums.push(copied(this.latest, this.latest.held.length));
    const at = this.count++;
    if (at === this.records.length) this.grow();
    this.records[at] = record;
    this.stacks[at] = stack;
    this.pages[at] = pages;
    this.kinds[at] = kind;
    if (stack >= this.latest.held.length) this.latest = copied(this.latest, stack * 2);
    this.apply(at, this.latest);
  }

  private apply(at: number, { held, calls, failed, allocated }: CallerFigures): void {
    const stack = this.stacks[at] ?? 0;
    const pages = this.pages[at] ?? 0;
    const kind = this.kinds[at] ?? 0;
    if ((kind & CALL) === 0) {
      held[stack] = (held[stack] ?? 0) + pages;
      return;
    }
    allocated[stack] = (allocated[stack] ?? 0) + pages;
    calls[stack] = (calls[stack] ?? 0) + 1;
    if ((kind & FAILED) !== 0) failed[stack] = (failed[stack] ?? 0) + 1;
  }

  /** How many rows are of this record or an earlier one. */
  private rowsUpTo(record: number): number {
    let [low, high] = [0, this.count];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((this.records[middle] ?? 0) <= record) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private grow(): void {
    const larger = this.records.length * 2;
    this.records = grown(this.records, new Uint32Array(larger));
    this.stacks = grown(this.stacks, new Uint32Array(larger));
    this.pages = grown(this.pages, new Int32Array(larger));
    this.kinds = grown(this.kinds, new Uint8Array(larger));
  }
}

function zeros(stacks: number): CallerFigures {
  const column = (): Float64Array => new Float64Array(stacks);
  return { held: column(), calls: column(), failed: column(), allocated: column() };
}

/** The same figures, with room for so many stacks. */
function copied({ held, calls, failed, allocated }: CallerFigures, stacks: number): CallerFigures {
  const column = (from: Float64Array): Float64Array => {
    const to = new Float64Array(stacks);
    to.set(from.length > stacks ? from.subarray(0, stacks) : from);
    return to;
  };
  return { held: column(held), calls: column(calls), failed: column(failed), allocated: column(allocated) };
}

function grown<T extends { set(from: T): void }>(column: T, larger: T): T {
  larger.set(column);
  return larger;
}
