import { CALL_CLASSES, count } from '@heaplay/replay';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { Subject, switchMap } from 'rxjs';
import { engine } from '../state/engine.ts';
import { goTo, record } from '../state/cursor.ts';
import { VirtualRows } from '../virtual/virtual-rows.ts';
import { KINDS } from './class-words.ts';
import type { DifferenceKind } from './class-words.ts';
import type { DifferenceText, RunDiff } from './compare-handlers.ts';
import { lastUpTo, recordInA } from './difference-places.ts';

const ROW = 46;
/** Rows that are fetched together. */
const PAGE = 64;

/** The calls in which two runs differ, as a list of any length; a row goes to its record. */
export function DifferenceList(props: {
  readonly a: number;
  readonly b: number;
  readonly diff: RunDiff;
  /** The rows that are shown, by their places; null: all. */
  readonly rows: Uint32Array | null;
}): JSX.Element {
  const { a, b, diff, rows } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const list = useMemo(() => new VirtualRows(() => {}), []);
  const texts = useTexts(a, b, diff);
  const length = rows === null ? diff.a.length : rows.length;
  list.setLayout({ count: length, rowHeight: ROW, headHeight: 0 });
  useEffect(() => (scroller.current === null ? undefined : list.attach(scroller.current)), []);
  void list.changes.value;
  const placeOf = (index: number): number => (rows === null ? index : (rows[index] ?? 0));
  const recordOf = (index: number): number => recordInA(diff, placeOf(index));
  const here = lastUpTo(length, recordOf, record.value);
  const isExact = here >= 0 && recordOf(here) === record.value;
  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      if (here >= 0) list.show(here);
    });
    return () => cancelAnimationFrame(frame);
  }, [here, length]);
  const visible = list.drawn.filter(({ index }) => index < length);
  useEffect(() => {
    const [first = 0, last = -1] = [visible[0]?.index, visible.at(-1)?.index];
    const places: number[] = [];
    for (let at = first - (first % PAGE); at <= Math.min(last + PAGE - (last % PAGE), length - 1); at++) {
      places.push(placeOf(at));
    }
    texts.want(places);
  });
  const select = (index: number): void => {
    if (length > 0) goTo(recordOf(Math.min(Math.max(0, index), length - 1)));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const to = new Map([
      ['ArrowDown', here + 1],
      ['ArrowUp', isExact ? here - 1 : here],
      ['PageDown', here + list.pageRows],
      ['PageUp', here - list.pageRows],
      ['Home', 0],
      ['End', length - 1],
    ]).get(event.key);
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    select(to);
  };
  const active = isExact && visible.some(({ index }) => index === here);
  return (
    <div
      ref={scroller}
      class="difference-list"
      role="grid"
      aria-label="Calls that differ"
      aria-readonly="true"
      aria-rowcount={length}
      aria-activedescendant={active ? `difference-${here}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div role="rowgroup" class="difference-rows" style={{ height: `${list.height}px` }}>
        {visible.map(({ index, top }) => {
          const place = placeOf(index);
          const text = texts.get(place);
          const kind = CALL_CLASSES[diff.classes[place] ?? 0] as DifferenceKind;
          const [inA, inB] = [diff.a[place] ?? 0, diff.b[place] ?? 0];
          return (
            <div
              key={index}
              id={`difference-${index}`}
              role="row"
              class={`difference-row ${kind}`}
              aria-rowindex={index + 1}
              aria-selected={isExact && index === here}
              style={{ transform: `translateY(${top}px)` }}
              onClick={() => {
                select(index);
                scroller.current?.focus({ preventScroll: true });
              }}
            >
              <span role="gridcell" class="d-record">
                {inA > 0 ? count(inA) : '—'}
                {inB > 0 && inB !== inA && <small> B {count(inB)}</small>}
              </span>
              <span role="gridcell" class="d-call" title={text?.call}>
                {text?.call ?? '…'}
              </span>
              <span role="gridcell" class="d-kind">
                {KINDS[kind]}
              </span>
              <span role="gridcell" class="d-results" title={`A ${text?.a ?? ''}\nB ${text?.b ?? ''}`}>
                <b>A</b> {text?.a ?? ''} <b>B</b> {text?.b ?? ''}
              </span>
            </div>
          );
        })}
      </div>
    </div>
  );
}

interface Texts {
  get(place: number): DifferenceText | undefined;
  want(places: readonly number[]): void;
}

/** What rows say, as far as it was fetched. */
function useTexts(a: number, b: number, diff: RunDiff): Texts {
  const version = useSignal(0);
  const fetched = useMemo(() => new Map<number, DifferenceText>(), [diff]);
  const wanted = useMemo(() => new Subject<readonly number[]>(), [diff]);
  useEffect(() => {
    const fetching = wanted
      .pipe(
        switchMap((places) => {
          const rows = places.map((place): [number, number] => [diff.a[place] ?? 0, diff.b[place] ?? 0]);
          return engine.ask('describeDifferences', { a, b, rows }).pipe(switchMap((texts) => [{ places, texts }]));
        }),
      )
      .subscribe({
        next: ({ places, texts }) => {
          places.forEach((place, at) => {
            const text = texts[at];
            if (text !== undefined) fetched.set(place, text);
          });
          version.value++;
        },
        // The other side was closed meanwhile: so is this list.
        error: () => {},
      });
    return () => fetching.unsubscribe();
  }, [diff]);
  void version.value;
  return {
    get: (place) => fetched.get(place),
    want: (places) => {
      const missing = places.filter((place) => !fetched.has(place));
      if (missing.length > 0) wanted.next(missing);
    },
  };
}
