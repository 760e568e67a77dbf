/** Frames of a chunk: what a large block takes is written in chunks, not in frames. */
const CHUNK = 512;

/** What is known of a page frame of Linux: a state, or one more than the frame of the model that stands for it. */
export const PFN_STATE = {
  /** Never seen: free, or allocated before the recording began. */
  unknown: 0,
  /** Came back, as a free told. */
  freed: -1,
  /** Came back, as a batch told; a free of the same may follow. */
  batched: -2,
  /** Came back, as both told. */
  toldTwice: -3,
  /** Allocated, but the model had no room. */
  withoutRoom: -4,
} as const;

/** Frames one after the other of which the same is known. */
export interface PfnRun {
  readonly pfn: number;
  readonly pages: number;
  /** The first frame of the model, others follow; null: no frame of the model stands for them. */
  readonly mfn: number | null;
  /** Where there is no frame of the model: one of {@link PFN_STATE}. */
  readonly state: number;
}

/**
 * Which frame of the model stands for each page frame that Linux gave out. Memory goes by the frames that were seen, 8
 * bytes each in the worst case; time by {@link CHUNK} at most, then by chunks.
 */
export class PfnTable {
  /**
   * By number of the chunk: what is known of each frame, or one value for all of them. A value above 0 is one more than
   * the first frame of the model, and rises with the frame.
   */
  private readonly chunks = new Map<number, Float64Array | number>();

  /** Frames `[pfn, pfn + pages)` were given out, and these of the model stand for them. */
  place(pfn: number, pages: number, mfn: number): void {
    this.fill(pfn, pages, mfn + 1);
  }

  /** All of these frames are in one state. */
  mark(pfn: number, pages: number, state: number): void {
    this.fill(pfn, pages, state);
  }

  /** What is known of the frames `[pfn, pfn + pages)`, in runs as long as can be. */
  runs(pfn: number, pages: number): readonly PfnRun[] {
    const runs: PfnRun[] = [];
    for (let at = pfn; at < pfn + pages;) {
      const [value, length] = this.stretch(at, pfn + pages);
      const last = runs.at(-1);
      const run = asRun(at, length, value);
      if (last !== undefined && continues(last, run)) runs[runs.length - 1] = { ...last, pages: last.pages + length };
      else runs.push(run);
      at += length;
    }
    return runs;
  }

  /** What is known of a frame, and how many from it on to the end of its chunk or `end` go on like it. */
  private stretch(pfn: number, end: number): readonly [value: number, pages: number] {
    const offset = pfn % CHUNK;
    const most = Math.min(CHUNK - offset, end - pfn);
    const chunk = this.chunks.get((pfn - offset) / CHUNK) ?? PFN_STATE.unknown;
    if (typeof chunk === 'number') return [chunk > 0 ? chunk + offset : chunk, most];
    const value = chunk[offset] ?? 0;
    const step = value > 0 ? 1 : 0;
    let pages = 1;
    while (pages < most && chunk[offset + pages] === value + pages * step) pages++;
    return [value, pages];
  }

  private fill(pfn: number, pages: number, value: number): void {
    for (let at = pfn; at < pfn + pages;) {
      const offset = at % CHUNK;
      const length = Math.min(CHUNK - offset, pfn + pages - at);
      const first = value > 0 ? value + (at - pfn) : value;
      const number = (at - offset) / CHUNK;
      if (length === CHUNK) this.chunks.set(number, first);
      else write(this.written(number), offset, length, first);
      at += length;
    }
  }

  /** A chunk whose frames can be written one by one. */
  private written(number: number): Float64Array {
    const chunk = this.chunks.get(number) ?? PFN_STATE.unknown;
    if (typeof chunk !== 'number') return chunk;
    const frames = new Float64Array(CHUNK);
    write(frames, 0, CHUNK, chunk);
    this.chunks.set(number, frames);
    return frames;
  }
}

function write(frames: Float64Array, offset: number, length: number, first: number): void {
  if (first <= 0) frames.fill(first, offset, offset + length);
  else for (let i = 0; i < length; i++) frames[offset + i] = first + i;
}

function asRun(pfn: number, pages: number, value: number): PfnRun {
  return value > 0 ? { pfn, pages, mfn: value - 1, state: 0 } : { pfn, pages, mfn: null, state: value };
}

function continues(last: PfnRun, next: PfnRun): boolean {
  if (last.mfn === null || next.mfn === null) return last.mfn === next.mfn && last.state === next.state;
  return last.mfn + last.pages === next.mfn;
}
