/** The tallest element that every browser draws: Firefox ends below 18 million pixels, Chromium at 33. */
export const TALLEST = 12_000_000;

/** Less than this is no scrolling, but a browser that rounds. */
const ROUNDING = 1.5;

/**
 * A list that may be taller than the tallest element there is. Its offset is where the list is; its top is where the
 * element that stands for it is scrolled to. Both are the same as long as the list is short enough. Else a small step
 * moves the list by as many pixels, as a wheel must, and a large one, as of somebody who drags the scroll bar, by its
 * share of the whole. Both ends are exact. Pixels.
 */
export class ScaledScroll {
  /** Of the whole list. */
  private total = 0;
  /** Of what is seen of it. */
  private seen = 0;
  offset = 0;
  top = 0;

  /** Height of the element that stands for the list. */
  get height(): number {
    return Math.min(this.total, TALLEST);
  }

  /** The greatest offset. */
  get range(): number {
    return Math.max(0, this.total - this.seen);
  }

  private get reach(): number {
    return Math.max(0, this.height - this.seen);
  }

  /** The list has another height, or another part of it is seen; the offset stays, if the list is not too short for it. */
  resize(total: number, seen: number): void {
    this.total = total;
    this.seen = seen;
    this.goTo(this.offset);
  }

  /** Goes to an offset; the element must then be scrolled to {@link top}. */
  goTo(offset: number): void {
    this.offset = Math.min(Math.max(0, offset), this.range);
    this.top = this.topFor(this.offset);
  }

  /** The element was scrolled. True: it must be scrolled on to {@link top}, for it has come to an end that the list has not. */
  moved(top: number): boolean {
    const { range, reach } = this;
    const step = top - this.top;
    if (this.total <= TALLEST) {
      this.top = top;
      this.offset = Math.min(Math.max(0, top), range);
      return false;
    }
    if (Math.abs(step) < ROUNDING && top > 0 && top < reach) return false;
    this.top = top;
    if (Math.abs(step) > this.seen) {
      this.offset = (Math.min(Math.max(0, top), reach) / reach) * range;
      return false;
    }
    this.offset = Math.min(Math.max(0, this.offset + step), range);
    if (top > 0 && top < reach - ROUNDING) return false;
    const should = this.topFor(this.offset);
    if (Math.abs(should - top) < ROUNDING) {
      this.offset = top <= 0 ? 0 : range;
      return false;
    }
    this.top = should;
    return true;
  }

  /** Puts the element where its share of the whole is, when nobody scrolls. True: it must be scrolled to {@link top}. */
  settle(): boolean {
    const should = this.topFor(this.offset);
    if (Math.abs(should - this.top) < ROUNDING) return false;
    this.top = should;
    return true;
  }

  private topFor(offset: number): number {
    return this.range === 0 ? 0 : (offset / this.range) * this.reach;
  }
}
