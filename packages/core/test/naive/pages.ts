/**
 * The frame table: one state a page. Pages that are alike share one (immutable, interned) state
 * object, and 4096 pages that are all alike share one slot: without that a machine of 1 TiB would
 * not fit. Apart from this the table is a plain array of pages.
 */

/** Where a page is in its life. */
export type Life = 'in-use' | 'free' | 'offlining' | 'offlined';

/** Everything the model knows of one page. */
export interface PageState {
  readonly life: Life;
  readonly broken: boolean;
  /** To be scrubbed before somebody else may see it. */
  readonly dirty: boolean;
  /** The mark that an allocation from the xen heap sets in MODE-2 and MODE-3. */
  readonly xen: boolean;
  /** Allocated with `no_refcount` for a domain: on its second list. */
  readonly extra: boolean;
  readonly owner: number | null;
}

const CHUNK = 4096;
const interned = new Map<number, PageState>();
const LIVES: readonly Life[] = ['in-use', 'free', 'offlining', 'offlined'];

/** The one object for this state. */
export function pageState(fields: PageState): PageState {
  const key =
    LIVES.indexOf(fields.life) +
    (fields.broken ? 4 : 0) +
    (fields.dirty ? 8 : 0) +
    (fields.xen ? 16 : 0) +
    (fields.extra ? 32 : 0) +
    (fields.owner === null ? 0 : (fields.owner + 1) * 64);
  let state = interned.get(key);
  if (state === undefined) {
    state = fields;
    interned.set(key, state);
  }
  return state;
}

const UNTOUCHED = pageState({
  life: 'in-use',
  broken: false,
  dirty: false,
  xen: false,
  extra: false,
  owner: null,
});

export class PageTable {
  readonly #chunks = new Map<number, PageState | PageState[]>();

  get(mfn: number): PageState {
    const chunk = this.#chunks.get(Math.floor(mfn / CHUNK));
    if (chunk === undefined) return UNTOUCHED;
    return Array.isArray(chunk) ? (chunk[mfn % CHUNK] ?? UNTOUCHED) : chunk;
  }

  /** Changes some fields of `count` pages from `first` on. */
  change(first: number, count: number, fields: Partial<PageState>): void {
    this.update(first, count, (state) => pageState({ ...state, ...fields }));
  }

  /** Replaces the state of each of `count` pages; `to` depends on nothing but the old state. */
  update(first: number, count: number, to: (state: PageState) => PageState): void {
    let lastIn: PageState | null = null;
    let lastOut = UNTOUCHED;
    const memo = (state: PageState): PageState => {
      if (state !== lastIn) {
        lastIn = state;
        lastOut = to(state);
      }
      return lastOut;
    };
    const end = first + count;
    for (let mfn = first; mfn < end;) {
      const index = Math.floor(mfn / CHUNK);
      const from = mfn % CHUNK;
      const until = Math.min(CHUNK, from + end - mfn);
      this.#updateChunk(index, from, until, memo);
      mfn += until - from;
    }
  }

  /** Calls `each` for the longest runs of pages with the same state. */
  forEachRun(first: number, count: number, each: (first: number, count: number, state: PageState) => void): void {
    const end = first + count;
    let runStart = first;
    let runState: PageState | null = null;
    const see = (mfn: number, state: PageState): void => {
      if (state === runState) return;
      if (runState !== null) each(runStart, mfn - runStart, runState);
      runStart = mfn;
      runState = state;
    };
    for (let mfn = first; mfn < end;) {
      const chunk = this.#chunks.get(Math.floor(mfn / CHUNK));
      const from = mfn % CHUNK;
      const until = Math.min(CHUNK, from + end - mfn);
      if (Array.isArray(chunk)) {
        for (let i = from; i < until; i++) see(mfn + i - from, chunk[i] ?? UNTOUCHED);
      } else {
        see(mfn, chunk ?? UNTOUCHED);
      }
      mfn += until - from;
    }
    if (runState !== null) each(runStart, end - runStart, runState);
  }

  /** Number of dirty pages. */
  countDirty(first: number, count: number): number {
    let dirty = 0;
    this.forEachRun(first, count, (_first, n, state) => {
      if (state.dirty) dirty += n;
    });
    return dirty;
  }

  #updateChunk(index: number, from: number, until: number, to: (state: PageState) => PageState): void {
    const chunk = this.#chunks.get(index) ?? UNTOUCHED;
    if (!Array.isArray(chunk)) {
      const next = to(chunk);
      if (next === chunk) return;
      if (from === 0 && until === CHUNK) {
        this.#chunks.set(index, next);
        return;
      }
      const pages = new Array<PageState>(CHUNK).fill(chunk);
      pages.fill(next, from, until);
      this.#chunks.set(index, pages);
      return;
    }
    for (let i = from; i < until; i++) chunk[i] = to(chunk[i] ?? UNTOUCHED);
    if (from === 0 && until === CHUNK) {
      const state = chunk[0] ?? UNTOUCHED;
      if (chunk.every((page) => page === state)) this.#chunks.set(index, state);
    }
  }
}
