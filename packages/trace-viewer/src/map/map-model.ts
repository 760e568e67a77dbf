import { messageOf } from '../remote/message-of.ts';
import { computed, effect, signal } from '@preact/signals';
import type { ReadonlySignal, Signal } from '@preact/signals';
import type { MfnRange } from '@heaplay/core';
import { EMPTY, Subject, catchError, switchMap } from 'rxjs';
import type { RunSummary } from '../engine/run.ts';
import { keepUp } from '../remote/keep-up.ts';
import { engine } from '../state/engine.ts';
import { theme } from '../state/theme.ts';
import { FrameOrder } from './frame-order.ts';
import { isOutlined } from './map-overlay.ts';
import { revealed } from './map-fields.ts';
import type { MapFields } from './map-fields.ts';
import {
  cellAt,
  cellBox,
  cellOfPosition,
  clampPlace,
  fitPlace,
  gridOf,
  placeAround,
  positionOfCell,
  zoomedPlace,
} from './map-grid.ts';
import type { MapGrid, MapPlace, MapRoom } from './map-grid.ts';
import type { CellAnswer, CellQuestion, MapAnswer, MapQuestion, RunMoment } from './map-handlers.ts';

/** Cells of a row of the overview. */
export const OVERVIEW_COLUMNS = 8;
/** Edge of a cell of the overview, in CSS pixels: as wide, and at least as high. */
export const OVERVIEW_CELL = 3;

/** What a map has to know of the moment that it shows. */
interface Looked {
  readonly run: RunSummary;
  readonly record: number;
  readonly against: RunMoment | null;
  readonly marked: readonly MfnRange[];
}

/** A memory map without its elements: what is seen, and what can be done to it. */
export class MapModel {
  readonly pane: string;
  readonly fields: MapFields;
  readonly pinned: Signal<number | null>;
  readonly hovered: Signal<number | null>;
  readonly looked: Signal<Looked | null> = signal(null);
  /** The room for cells; nothing yet. */
  readonly room: Signal<MapRoom> = signal({ width: 0, height: 0, ratio: 1 });
  /** The latest picture. */
  readonly answer: Signal<MapAnswer | null> = signal(null);
  /** The latest picture of the whole machine, for the strip at the side. */
  readonly overview: Signal<MapAnswer | null> = signal(null);
  /** Position of the cell that the keyboard is at; null: at none. */
  readonly cursor: Signal<number | null> = signal(null);
  /** Is it the keyboard that goes through the map, and not the pointer? Then its cell is shown and told about. */
  readonly byKeys: Signal<boolean> = signal(false);
  /** The cell that is told about: below the pointer, else that of the keyboard. */
  readonly told: Signal<CellAnswer | null> = signal(null);
  /** Why there is no picture; empty: there is one, or it will come. */
  readonly trouble: Signal<string> = signal('');
  readonly order: ReadonlySignal<FrameOrder | null> = computed(() => this.orderNow());
  readonly grid: ReadonlySignal<MapGrid | null> = computed(() => this.gridNow());
  /** Is the whole machine in sight? */
  readonly fits: ReadonlySignal<boolean> = computed(() => {
    const [grid, order] = [this.grid.value, this.order.value];
    return grid === null || order === null || (grid.place.first === 0 && grid.rows * grid.rowFrames >= order.length);
  });

  constructor(pane: string, fields: MapFields, pinned: Signal<number | null>, hovered: Signal<number | null>) {
    this.pane = pane;
    this.fields = fields;
    this.pinned = pinned;
    this.hovered = hovered;
  }

  /** Shows a moment of a run. */
  look(run: RunSummary, record: number, against: RunMoment | null, marked: readonly MfnRange[]): void {
    this.looked.value = { run, record, against, marked };
  }

  /** Keeps the picture as it should be until what is returned is called. */
  start(): () => void {
    const stops = [
      this.follow(() => this.question(), this.answer),
      this.follow(() => this.overviewQuestion(), this.overview),
      this.followCell(),
      this.followReveal(),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  /** The cell at a point of the map, as its first position; undefined: none. */
  positionAt(x: number, y: number): number | undefined {
    const grid = this.grid.peek();
    const cell = grid === null ? undefined : cellAt(grid, x, y);
    if (grid === null || cell === undefined) return undefined;
    const position = positionOfCell(grid, cell);
    return position < (this.order.peek()?.length ?? 0) ? position : undefined;
  }

  /** The frame at a position, or the next one of its cell. */
  frameIn(position: number): number | undefined {
    let found: number | undefined;
    const frames = 2 ** (this.grid.peek()?.shift ?? 0);
    this.order.peek()?.forEachRun(position, position + frames, (mfn) => (found ??= mfn));
    return found;
  }

  /** Nearer by some steps, or farther; the point stays where it is. */
  zoomAt(x: number, y: number, steps: number): void {
    const [grid, order] = [this.grid.peek(), this.order.peek()];
    if (grid === null || order === null) return;
    const { cellWidth, cellHeight, columns, rows } = grid;
    const column = Math.max(0, Math.min(columns - 1, Math.floor(x / cellWidth)));
    const row = Math.max(0, Math.min(rows - 1, Math.floor(y / cellHeight)));
    // Of a cell of many frames the middle: the pointer cannot mean one of them.
    const position = positionOfCell(grid, row * columns + column) + Math.floor(2 ** grid.shift / 2);
    this.goToPlace(zoomedPlace(grid, steps, { x, y, position }, order.length, this.room.peek()));
  }

  /** Nearer or farther, around the cell of the keyboard, else the middle. */
  zoom(steps: number): void {
    const grid = this.grid.peek();
    if (grid === null) return;
    const cell = this.cursor.peek() === null ? undefined : cellOfPosition(grid, this.cursor.peek() as number);
    const at = cell ?? Math.floor(grid.rows / 2) * grid.columns + Math.floor(grid.columns / 2);
    const { x, y, width, height } = cellBox(grid, at);
    this.zoomAt(x + width / 2, y + height / 2, steps);
  }

  /** Moves on by so many positions. */
  pan(positions: number): void {
    const grid = this.grid.peek();
    if (grid !== null) this.goToPlace({ first: grid.place.first + positions, zoom: grid.place.zoom });
  }

  /** All of the machine. */
  fit(): void {
    this.fields.place.value = null;
  }

  /** Goes to a place, as near as may be; the whole machine is no place. */
  goToPlace(wanted: MapPlace): void {
    const order = this.order.peek();
    const room = this.room.peek();
    if (order === null || room.width === 0) return;
    const place = clampPlace(wanted, order.length, room);
    const all = fitPlace(order.length, room);
    const isAll = place.zoom <= all.zoom && place.first === 0;
    this.fields.place.value = isAll ? null : place;
  }

  /** Shows a frame in the middle, near enough to be seen; false: the order of frames does not have it. */
  showFrame(mfn: number): boolean {
    const [grid, order] = [this.grid.peek(), this.order.peek()];
    const position = order?.positionOf(mfn);
    if (grid === null || order === null || position === undefined) return false;
    const zoom = Math.max(grid.place.zoom, SEEN_ZOOM);
    this.goToPlace(placeAround(position, zoom, order.length, this.room.peek()));
    this.cursor.value = position;
    return true;
  }

  /** Moves the cell of the keyboard, and the map with it. */
  moveCursor(columns: number, rows: number): void {
    const [grid, order] = [this.grid.peek(), this.order.peek()];
    if (grid === null || order === null) return;
    const span = 2 ** grid.shift;
    const from = this.cursor.peek() ?? grid.place.first;
    const moved = this.cursor.peek() === null ? from : from + columns * span + rows * grid.rowFrames;
    this.setCursor(Math.min(Math.max(0, moved), order.length - 1));
  }

  /** Puts the cell of the keyboard somewhere, and the map so that it is seen. */
  setCursor(position: number): void {
    const grid = this.grid.peek();
    if (grid === null) return;
    const span = 2 ** grid.shift;
    // Cells begin where the first one does.
    const first = grid.place.first % span;
    const at = Math.max(0, Math.floor((position - first) / span) * span + first);
    const { rows, rowFrames, place } = grid;
    const row = Math.floor((at - place.first) / rowFrames);
    if (row < 0) this.pan(row * rowFrames);
    else if (row >= rows) this.pan((row - rows + 1) * rowFrames);
    this.cursor.value = at;
  }

  private orderNow(): FrameOrder | null {
    const run = this.looked.value?.run;
    return run === undefined ? null : FrameOrder.of(this.fields.order.value, run.machine, run.heap);
  }

  private gridNow(): MapGrid | null {
    const [order, room] = [this.order.value, this.room.value];
    if (order === null || room.width === 0 || room.height === 0) return null;
    const wanted = this.fields.place.value ?? fitPlace(order.length, room);
    return gridOf(clampPlace(wanted, order.length, room), order.length, room);
  }

  private question(): MapQuestion | null {
    const [looked, grid] = [this.looked.value, this.grid.value];
    if (looked === null || grid === null) return null;
    const { run, record, against } = looked;
    const { scheme, order, highlight } = this.fields;
    return {
      pane: this.pane,
      runId: run.id,
      record,
      against,
      // The other run is chosen elsewhere: without one there is no difference to be seen.
      scheme: scheme.value === 'difference' && against === null ? 'state' : scheme.value,
      highlight: highlight.value,
      palette: theme.value,
      order: order.value,
      first: grid.place.first,
      cells: grid.columns * grid.rows,
      shift: grid.shift,
      outlines: isOutlined(grid),
      counts: true,
    };
  }

  private overviewQuestion(): MapQuestion | null {
    const [question, order] = [this.question(), this.order.value];
    if (question === null || order === null || this.fits.value) return null;
    const most = OVERVIEW_COLUMNS * Math.max(1, Math.floor(this.room.value.height / OVERVIEW_CELL));
    const shift = Math.max(0, Math.ceil(Math.log2(order.length / most)));
    const cells = OVERVIEW_COLUMNS * Math.ceil(order.length / (OVERVIEW_COLUMNS * 2 ** shift));
    return { ...question, pane: `${this.pane} overview`, first: 0, cells, shift, outlines: false, counts: false };
  }

  private follow(ask: () => MapQuestion | null, answer: Signal<MapAnswer | null>): () => void {
    const questions = new Subject<MapQuestion>();
    const answers = keepUp(questions, (question) =>
      engine.ask('paintMap', question).pipe(
        catchError((error: unknown) => {
          this.trouble.value = messageOf(error);
          return EMPTY;
        }),
      ),
    ).subscribe((next) => {
      answer.value = next;
      this.trouble.value = '';
    });
    const stop = effect(() => {
      const question = ask();
      if (question === null) answer.value = null;
      else questions.next(question);
    });
    return () => {
      stop();
      answers.unsubscribe();
    };
  }

  private followCell(): () => void {
    const questions = new Subject<CellQuestion | null>();
    const answers = questions
      .pipe(
        switchMap((question) =>
          question === null ? [null] : engine.ask('cellAt', question).pipe(catchError(() => EMPTY)),
        ),
      )
      .subscribe((next) => (this.told.value = next));
    const stop = effect(() => {
      const [looked, grid, position] = [this.looked.value, this.grid.value, this.tellPosition()];
      if (looked === null || grid === null || position === undefined) {
        questions.next(null);
        return;
      }
      const { run, record, against } = looked;
      const { scheme, order } = this.fields;
      const shown = scheme.value === 'difference' && against === null ? 'state' : scheme.value;
      const frames = 2 ** grid.shift;
      questions.next({ runId: run.id, record, against, scheme: shown, order: order.value, position, frames });
    });
    return () => {
      stop();
      answers.unsubscribe();
    };
  }

  private followReveal(): () => void {
    let done = revealed.peek();
    return effect(() => {
      const { value: wanted } = revealed;
      if (wanted === null || wanted === done) return;
      done = wanted;
      this.showFrame(wanted.mfn);
    });
  }

  /** The position that is told about. */
  private tellPosition(): number | undefined {
    const [grid, order, hovered] = [this.grid.value, this.order.value, this.hovered.value];
    if (grid === null || order === null) return undefined;
    const cursor = this.byKeys.value ? this.cursor.value : null;
    const at = hovered === null ? cursor : order.positionOf(hovered);
    if (at === null || at === undefined) return undefined;
    const cell = cellOfPosition(grid, at);
    return cell === undefined ? undefined : positionOfCell(grid, cell);
  }
}

/** A frame that is gone to is shown at this zoom at least. */
const SEEN_ZOOM = 5;
