/** No frame. */
export const NIL = -1;

/** The page is free. */
export const FREE = 1;
/** The page is the first one of a free block. */
export const HEAD = 2;
/** The page belongs to the xen heap of a direct-mapped machine (XEN-3). */
export const XEN = 4;
/** The page is beyond its domain's account (DOM-5). */
export const EXTRA = 8;
/** The page stands on a page list of its owner (DOM-6). */
export const LISTED = 16;

/**
 * What a mutable allocator keeps of each frame, a typed array a field. A frame's links are those of its free list
 * while it is the head of a free block, and those of its owner's page list while it is in use.
 */
export class FrameTable {
  readonly state: Uint8Array;
  /** Order of a free block, at its head. */
  readonly order: Uint8Array;
  /** Domain id + 1, or 0. */
  readonly owner: Uint16Array;
  readonly previous: Int32Array;
  readonly next: Int32Array;
  /** Index of the first page of a free block that may be dirty, at its head; {@link NIL}: none. */
  readonly firstDirty: Int32Array;
  readonly dirty: Uint8Array;

  constructor(frames: number) {
    this.state = new Uint8Array(frames);
    this.order = new Uint8Array(frames);
    this.owner = new Uint16Array(frames);
    this.previous = new Int32Array(frames);
    this.next = new Int32Array(frames);
    this.firstDirty = new Int32Array(frames);
    this.dirty = new Uint8Array(frames);
  }

  /** Back to power-on. The memory is kept: a benchmark must not pay for its first touch every time. */
  clear(): void {
    for (const field of [this.state, this.order, this.owner, this.previous, this.next, this.firstDirty, this.dirty]) {
      field.fill(0);
    }
  }
}
