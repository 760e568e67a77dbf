import { signal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import { Virtualizer, observeElementRect } from '@tanstack/virtual-core';
import { ScaledScroll } from './scaled-scroll.ts';

/** What a list is: its rows and its heights, in pixels. */
export interface RowLayout {
  readonly count: number;
  readonly rowHeight: number;
  /** Of what stays above the rows. */
  readonly headHeight: number;
}

/** A row that is drawn. */
export interface DrawnRow {
  readonly index: number;
  /** Where it is within the element that stands for the list. */
  readonly top: number;
}

/** Rows that are drawn beyond those that are seen. */
const OVERSCAN = 8;
/** Milliseconds after which nobody scrolls any more. */
const SETTLE = 150;

/** A list of any number of rows of one height, of which those are drawn that are seen. */
export class VirtualRows {
  /** Counts changes of what is drawn. */
  readonly changes: Signal<number> = signal(0);
  /** Width of the list in pixels. */
  readonly width: Signal<number> = signal(0);
  /** Height of what is seen of its rows, in pixels. */
  readonly room: Signal<number> = signal(0);
  private layout: RowLayout = { count: 0, rowHeight: 1, headHeight: 0 };
  private element: HTMLElement | null = null;
  private readonly scroll = new ScaledScroll();
  private readonly byPerson: () => void;
  private tell: (offset: number, scrolling: boolean) => void = () => {};
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly rows: Virtualizer<HTMLElement, HTMLElement>;

  /** `byPerson` hears that somebody has scrolled. */
  constructor(byPerson: () => void) {
    this.byPerson = byPerson;
    this.rows = new Virtualizer(this.options());
  }

  /** Draws into this element, which scrolls, from now on; returns what ends that. */
  attach(element: HTMLElement): () => void {
    this.element = element;
    element.addEventListener('scroll', this.onScroll, { passive: true });
    const observer = new ResizeObserver(() => this.resize());
    observer.observe(element);
    const unmount = this.rows._didMount();
    this.rows._willUpdate();
    this.resize();
    return () => {
      clearTimeout(this.timer);
      element.removeEventListener('scroll', this.onScroll);
      observer.disconnect();
      unmount();
      this.element = null;
    };
  }

  /** The list has other rows. */
  setLayout(layout: RowLayout): void {
    const { count, rowHeight, headHeight } = this.layout;
    if (layout.count === count && layout.rowHeight === rowHeight && layout.headHeight === headHeight) return;
    this.layout = layout;
    this.rows.setOptions(this.options());
    if (layout.rowHeight !== rowHeight) this.rows.measure();
    this.resize();
  }

  /** Height of the element that stands for all rows. */
  get height(): number {
    return this.scroll.height;
  }

  /** The rows to be drawn. */
  get drawn(): DrawnRow[] {
    const { offset, top } = this.scroll;
    return this.rows.getVirtualItems().map(({ index, start }) => ({ index, top: start - offset + top }));
  }

  /** The first row that is seen as a whole, and the last one. */
  get seen(): readonly [first: number, last: number] {
    const { rowHeight, count } = this.layout;
    const { offset } = this.scroll;
    const last = Math.floor((offset + this.seenHeight) / rowHeight) - 1;
    return [Math.ceil(offset / rowHeight), Math.min(last, count - 1)];
  }

  /** How many rows are seen at a time. */
  get pageRows(): number {
    return Math.max(1, Math.floor(this.seenHeight / this.layout.rowHeight) - 1);
  }

  /** Scrolls as far as it takes to see a row; not at all if it is seen. */
  show(index: number): void {
    const { rowHeight } = this.layout;
    const [first, last] = this.seen;
    if (index >= first && index <= last) return;
    // A row far away comes to the middle, with what is around it.
    const far = index < first - this.pageRows || index > last + this.pageRows;
    if (far) this.goTo((index - Math.floor(this.pageRows / 2)) * rowHeight);
    else this.goTo(index < first ? index * rowHeight : (index + 1) * rowHeight - this.seenHeight);
  }

  /** Makes a row the first one that is seen. */
  showFirst(index: number): void {
    this.goTo(index * this.layout.rowHeight);
  }

  private get seenHeight(): number {
    return Math.max(0, (this.element?.clientHeight ?? 0) - this.layout.headHeight);
  }

  private goTo(offset: number): void {
    this.scroll.goTo(offset);
    this.apply();
    this.told(false);
  }

  private resize(): void {
    const { count, rowHeight } = this.layout;
    this.width.value = this.element?.clientWidth ?? 0;
    this.room.value = this.seenHeight;
    this.scroll.resize(count * rowHeight, this.seenHeight);
    // The element that stands for the rows gets its height when it is drawn: only then can it be scrolled so far.
    this.told(false);
    requestAnimationFrame(() => this.apply());
  }

  /** Scrolls the element to where the list is. */
  private apply(): void {
    const { element, scroll } = this;
    if (element !== null && Math.abs(element.scrollTop - scroll.top) > 1) element.scrollTop = scroll.top;
  }

  private readonly onScroll = (): void => {
    const { element, scroll } = this;
    if (element === null) return;
    const before = scroll.offset;
    if (scroll.moved(element.scrollTop)) this.apply();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (scroll.settle()) this.apply();
      this.told(false);
    }, SETTLE);
    if (Math.abs(scroll.offset - before) < 1) return;
    this.told(true);
    this.byPerson();
  };

  private told(scrolling: boolean): void {
    this.tell(this.scroll.offset, scrolling);
    this.changes.value++;
  }

  private options(): ConstructorParameters<typeof Virtualizer<HTMLElement, HTMLElement>>[0] {
    return {
      count: this.layout.count,
      getScrollElement: () => this.element,
      estimateSize: () => this.layout.rowHeight,
      overscan: OVERSCAN,
      scrollToFn: () => {},
      observeElementRect,
      observeElementOffset: (_, tell) => {
        this.tell = tell;
        tell(this.scroll.offset, false);
        return () => (this.tell = () => {});
      },
    };
  }
}
