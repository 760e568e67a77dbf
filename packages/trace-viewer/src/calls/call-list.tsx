import type { JSX } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { useSignalEffect } from '@preact/signals';
import { goTo, record } from '../state/cursor.ts';
import { run } from '../state/runs.ts';
import { VirtualRows } from '../virtual/virtual-rows.ts';
import { CallLine } from './call-line.tsx';
import { callsTop } from './calls-state.ts';
import type { Filtered } from './use-filter.ts';
import { useRows } from './use-rows.ts';

/** Below this width, in pixels, a row takes two lines: of a panel of 700, less a scroll bar. */
const WIDE = 680;
const HEIGHTS = { wide: { row: 28, head: 28 }, narrow: { row: 46, head: 46 } } as const;
/** Rows that are fetched together. */
const PAGE = 64;

const COLUMNS = [
  ['record', 'Record'],
  ['time', 'Time'],
  ['cpu', 'CPU'],
  ['call', 'Call'],
  ['args', 'Arguments'],
  ['result', 'Result'],
  ['caller', 'Caller'],
] as const;

/** Which record stands where in the list. */
interface Places {
  /** The place of a record, or of the first one behind it. */
  of(record: number): number;
  record(index: number): number;
}

/** The records of the run, or those that a filter found, as a list of any length. */
export function CallList({ filtered }: { readonly filtered: Filtered }): JSX.Element {
  const rows = useRows();
  const scroller = useRef<HTMLDivElement>(null);
  /** What the list itself has written into the address. */
  const written = useRef<number | null>(null);
  const list = useMemo(
    () =>
      new VirtualRows(() => {
        const [first, last] = list.seen;
        const at = places.current.of(record.peek());
        if (callsTop.peek() === null && at >= first - 1 && at <= last + 1) return;
        written.current = places.current.record(first);
        callsTop.value = written.current;
      }),
    [],
  );
  const { matches } = filtered;
  const count = matches === null ? (run.value?.length ?? 0) + 1 : filtered.length;
  const places = useRef<Places>({ of: (wanted) => wanted, record: (index) => index });
  places.current = {
    of: (wanted) => (matches === null ? wanted : matches.placeOf(wanted)),
    record: (index) => (matches === null ? index : (matches.at(index) ?? 0)),
  };
  const hasTimes = (run.value?.duration ?? 0) > 0;
  const shape = list.width.value >= WIDE ? 'wide' : 'narrow';
  const { row: rowHeight, head: headHeight } = HEIGHTS[shape];
  list.setLayout({ count, rowHeight, headHeight });

  useEffect(() => (scroller.current === null ? undefined : list.attach(scroller.current)), []);
  const follow = callsTop.value === null;
  const at = places.current.of(record.value);
  useEffect(() => {
    // What is drawn first has its height behind this frame only.
    const frame = requestAnimationFrame(() => {
      if (follow && count > 0) list.show(Math.min(at, count - 1));
    });
    return () => cancelAnimationFrame(frame);
  }, [follow, at, count, rowHeight]);
  useSignalEffect(() => {
    const { value: top } = callsTop;
    if (top === null || top === written.current) return;
    written.current = top;
    requestAnimationFrame(() => list.showFirst(places.current.of(top)));
  });

  void list.changes.value;
  const { drawn } = list;
  const visible = drawn.filter(({ index }) => index < count);
  useEffect(() => {
    const [from, to] = [visible[0]?.index ?? 0, visible.at(-1)?.index ?? -1];
    const wanted: number[] = [];
    for (let index = from - (from % PAGE); index <= Math.min(to + PAGE - (to % PAGE), count - 1); index++) {
      wanted.push(places.current.record(index));
    }
    rows.want(wanted);
  });

  const select = (index: number): void => {
    if (count === 0) return;
    const place = Math.min(Math.max(0, index), count - 1);
    callsTop.value = null;
    goTo(places.current.record(place));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const here = places.current.of(record.peek());
    const exact = places.current.record(here) === record.peek();
    const to = new Map([
      ['ArrowDown', exact ? here + 1 : here],
      ['ArrowUp', here - 1],
      ['PageDown', here + list.pageRows],
      ['PageUp', here - list.pageRows],
      ['Home', 0],
      ['End', count - 1],
      ['Enter', here],
    ]).get(event.key);
    if (to === undefined || event.target !== event.currentTarget) return;
    event.preventDefault();
    event.stopPropagation();
    select(to);
  };

  const isHere = (index: number): boolean => places.current.record(index) === record.value;
  const hereDrawn = visible.some(({ index }) => isHere(index));
  return (
    <div
      ref={scroller}
      class={`call-list ${shape}${hasTimes ? '' : ' no-times'}`}
      role="grid"
      aria-label="Calls"
      aria-readonly="true"
      aria-rowcount={count + 1}
      aria-colcount={hasTimes ? COLUMNS.length : COLUMNS.length - 1}
      aria-activedescendant={hereDrawn ? `call-${record.value}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div role="row" class="call-row head" aria-rowindex={1}>
        {COLUMNS.map(([id, title]) => (
          <span key={id} role="columnheader" class={`c-${id}`}>
            {title}
          </span>
        ))}
      </div>
      <div role="rowgroup" class="call-rows" style={{ height: `${list.height}px` }}>
        {visible.map(({ index, top }) => {
          const number = places.current.record(index);
          const current = isHere(index);
          const row = rows.get(number);
          return (
            <div
              key={index}
              id={`call-${number}`}
              role="row"
              class={`call-row ${row?.outcome ?? 'waiting'}${index % 2 === 0 ? '' : ' odd'}`}
              aria-rowindex={index + 2}
              aria-selected={current}
              style={{ transform: `translateY(${top}px)` }}
              onClick={() => {
                select(index);
                scroller.current?.focus({ preventScroll: true });
              }}
            >
              <CallLine record={number} row={row} current={current} />
            </div>
          );
        })}
      </div>
      {count === 0 && !filtered.running && <p class="call-none">No record of this run matches.</p>}
    </div>
  );
}
