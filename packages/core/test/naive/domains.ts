/** Domains and their page lists (DOM-6, DOM-9, CLAIM). */

const CHUNK = 4096;

interface ListedRun {
  first: number;
  count: number;
  /** Place of the run's first page in the list. */
  place: number;
}

/**
 * A domain's page list. Pages are appended in runs and taken out anywhere; the runs are kept by
 * chunks of the frame table, and put in order when somebody asks.
 */
export class PageList {
  readonly #chunks = new Map<number, ListedRun[]>();
  #nextPlace = 0;
  length = 0;

  append(first: number, count: number): void {
    for (let mfn = first; mfn < first + count;) {
      const index = Math.floor(mfn / CHUNK);
      const n = Math.min((index + 1) * CHUNK, first + count) - mfn;
      const runs = this.#chunks.get(index) ?? [];
      if (runs.length === 0) this.#chunks.set(index, runs);
      runs.push({ first: mfn, count: n, place: this.#nextPlace });
      this.#nextPlace += n;
      mfn += n;
    }
    this.length += count;
  }

  remove(first: number, count: number): void {
    for (let mfn = first; mfn < first + count;) {
      const index = Math.floor(mfn / CHUNK);
      const end = Math.min((index + 1) * CHUNK, first + count);
      const runs = this.#chunks.get(index) ?? [];
      const at = runs.findIndex((run) => mfn >= run.first && mfn < run.first + run.count);
      const run = runs[at];
      if (run === undefined) throw new Error(`page ${mfn} is not on the list`);
      const runEnd = run.first + run.count;
      const n = Math.min(end, runEnd) - mfn;
      const rest: ListedRun[] = [];
      if (mfn > run.first) rest.push({ ...run, count: mfn - run.first });
      if (mfn + n < runEnd) {
        rest.push({
          first: mfn + n,
          count: runEnd - mfn - n,
          place: run.place + mfn + n - run.first,
        });
      }
      runs.splice(at, 1, ...rest);
      if (runs.length === 0) this.#chunks.delete(index);
      mfn += n;
    }
    this.length -= count;
  }

  /** From head to tail. */
  runs(): readonly Readonly<ListedRun>[] {
    return [...this.#chunks.values()].flat().sort((a, b) => a.place - b.place);
  }
}

export class Domain {
  readonly id: number;
  maxPages: number;
  /** Allowed nodes; null: all. */
  affinity: readonly number[] | null;
  addressBits: number | null;
  totalPages = 0;
  extraPages = 0;
  outstandingPages = 0;
  lastNode = 0;
  dying = false;
  readonly pages = new PageList();
  readonly extraList = new PageList();

  constructor(id: number, maxPages: number, affinity: readonly number[] | null, addressBits: number | null) {
    this.id = id;
    this.maxPages = maxPages;
    this.affinity = affinity;
    this.addressBits = addressBits;
  }
}
