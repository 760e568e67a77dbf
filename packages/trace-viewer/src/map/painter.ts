import type { ClassRuns } from './class-runs.ts';
import type { FrameOrder } from './frame-order.ts';
import type { Tally } from './tally.ts';

/** A cell whose frames are of several classes. */
export const MIXED = 0xffff;
/** A cell that stands for no frame. */
export const NO_FRAME = 0xfffe;

/** The colours of classes, in columns. */
export interface ClassColours {
  readonly red: Uint8Array;
  readonly green: Uint8Array;
  readonly blue: Uint8Array;
}

/** What of a machine is painted: so many cells of `2^shift` frames each, from a position of an order on. */
export interface PaintedPart {
  readonly order: FrameOrder;
  readonly first: number;
  readonly cells: number;
  readonly shift: number;
}

/**
 * A picture of the frames of a machine, a pixel a cell. The colour of a cell is the mean of the colours of its frames:
 * each channel the sum over the frames, divided by their number, rounded. A cell without frames is transparent.
 */
export class Painter {
  readonly part: PaintedPart;
  /** Red in the lowest byte, then green, blue, opacity: what `ImageData` holds on a little-endian machine. */
  readonly pixels: Uint32Array<ArrayBuffer>;
  /** The class of each cell, {@link MIXED} or {@link NO_FRAME}. */
  readonly classes: Uint16Array<ArrayBuffer>;
  private readonly colours: ClassColours;
  private readonly opaque: Uint32Array;
  /** Frames of a cell. */
  private readonly span: number;
  // The cell that is being put together: frames come rising.
  private cell = -1;
  private red = 0;
  private green = 0;
  private blue = 0;
  private frames = 0;
  private only = NO_FRAME;

  constructor(part: PaintedPart, colours: ClassColours) {
    this.part = part;
    this.colours = colours;
    this.span = 2 ** part.shift;
    this.pixels = new Uint32Array(part.cells);
    this.classes = new Uint16Array(part.cells).fill(NO_FRAME);
    this.opaque = Uint32Array.from(colours.red, (red, id) =>
      pixel(red, colours.green[id] as number, colours.blue[id] as number),
    );
  }

  /** Paints all cells; `tally` counts their frames. Returns how many runs of a class there were. */
  paint(runs: ClassRuns, tally?: Tally): number {
    let visited = 0;
    this.paintCells(0, this.part.cells, {
      forEach: (first, end, visit) =>
        runs.forEach(first, end, (at, stop, id) => {
          visited++;
          tally?.add(id, stop - at);
          visit(at, stop, id);
        }),
    });
    return visited;
  }

  /** Paints the cells of `[from, to)` anew. */
  paintCells(from: number, to: number, runs: ClassRuns): void {
    const { order, first } = this.part;
    this.pixels.fill(0, from, to);
    this.classes.fill(NO_FRAME, from, to);
    const start = first + from * this.span;
    order.forEachRun(start, first + to * this.span, (mfn, end, position) => {
      const offset = position - mfn - first;
      runs.forEach(mfn, end, (at, stop, id) => this.put(at + offset, stop + offset, id));
    });
    this.finishCell();
  }

  /** Frames of one class, by their positions counted from the first of the picture. */
  private put(from: number, to: number, id: number): void {
    const { span } = this;
    const color = this.opaque[id] as number;
    if (span === 1) {
      this.fill(from, to, color, id);
      return;
    }
    let cell = Math.floor(from / span);
    const last = Math.floor(to / span);
    if (cell === last) {
      this.add(cell, to - from, id);
      return;
    }
    if (cell * span !== from) this.add(cell, ++cell * span - from, id);
    if (cell < last) this.fill(cell, last, color, id);
    if (last * span !== to) this.add(last, to - last * span, id);
  }

  private fill(from: number, to: number, color: number, id: number): void {
    if (to - from === 1) {
      this.pixels[from] = color;
      this.classes[from] = id;
    } else {
      this.pixels.fill(color, from, to);
      this.classes.fill(id, from, to);
    }
  }

  private add(cell: number, frames: number, id: number): void {
    if (cell !== this.cell) {
      this.finishCell();
      this.cell = cell;
      this.only = id;
    } else if (this.only !== id) {
      this.only = MIXED;
    }
    const { red, green, blue } = this.colours;
    this.red += frames * (red[id] as number);
    this.green += frames * (green[id] as number);
    this.blue += frames * (blue[id] as number);
    this.frames += frames;
  }

  private finishCell(): void {
    const { cell, frames } = this;
    if (cell < 0) return;
    this.pixels[cell] = pixel(mean(this.red, frames), mean(this.green, frames), mean(this.blue, frames));
    this.classes[cell] = this.only;
    this.cell = -1;
    this.red = 0;
    this.green = 0;
    this.blue = 0;
    this.frames = 0;
    this.only = NO_FRAME;
  }
}

function mean(sum: number, frames: number): number {
  return Math.round(sum / frames);
}

/** A colour as one word. */
export function pixel(red: number, green: number, blue: number): number {
  return (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0;
}
