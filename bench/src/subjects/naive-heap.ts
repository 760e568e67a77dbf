/** What somebody would write who has not thought about it: an object a frame. */
export interface NaiveFrame {
  free: boolean;
  owner: number | null;
  /** Next free frame. */
  next: number | null;
}

/** Frames by number: a field of the array, or an entry of the map. */
export interface NaiveFrames {
  get(mfn: number): NaiveFrame | undefined;
}

/** A heap for single pages: enough to compare the cost of an event. */
export interface NaiveHeap {
  freePages: number;
  firstFree: number | null;
}

/** Its frames in an array. */
export interface ArrayHeap extends NaiveHeap {
  frames: NaiveFrame[];
}

/** Its frames in a `Map`. */
export interface MapHeap extends NaiveHeap {
  frames: Map<number, NaiveFrame>;
}

/** A heap of free frames in an array. */
export function arrayHeap(frames: number): ArrayHeap {
  return { freePages: frames, firstFree: 0, frames: Array.from({ length: frames }, (_, mfn) => frame(mfn, frames)) };
}

/** A heap of free frames in a `Map`. */
export function mapHeap(frames: number): MapHeap {
  const map = new Map<number, NaiveFrame>();
  for (let mfn = 0; mfn < frames; mfn++) map.set(mfn, frame(mfn, frames));
  return { freePages: frames, firstFree: 0, frames: map };
}

function frame(mfn: number, frames: number): NaiveFrame {
  return { free: true, owner: null, next: mfn + 1 < frames ? mfn + 1 : null };
}

/** Takes a page; `at` finds a frame of the draft. */
export function takePage(heap: NaiveHeap, at: (mfn: number) => NaiveFrame | undefined, owner: number): void {
  const mfn = heap.firstFree;
  if (mfn === null) return;
  const page = at(mfn);
  if (page === undefined) throw new Error(`no frame ${mfn}`);
  heap.firstFree = page.next;
  heap.freePages--;
  page.free = false;
  page.owner = owner;
  page.next = null;
}

/** Gives a page back. */
export function returnPage(heap: NaiveHeap, at: (mfn: number) => NaiveFrame | undefined, mfn: number): void {
  const page = at(mfn);
  if (page === undefined) throw new Error(`no frame ${mfn}`);
  page.free = true;
  page.owner = null;
  page.next = heap.firstFree;
  heap.firstFree = mfn;
  heap.freePages++;
}
