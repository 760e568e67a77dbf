import { count } from '@heaplay/replay';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { timeWords } from '../calls/call-line.tsx';
import { useAnswer } from '../state/answers.ts';
import { record } from '../state/cursor.ts';
import { runId } from '../state/runs.ts';
import { theme } from '../state/theme.ts';
import { VirtualRows } from '../virtual/virtual-rows.ts';
import { classOf } from './life-classes.ts';
import { Swatch } from './life-strip.tsx';
import type { PageLife, ToldEvent } from './page-handlers.ts';
import { CHANGE_SIGNS, blockWords, changeMeaning, changeWords } from './page-words.ts';

const ROW = 44;
/** Events that are fetched together: more than are seen. */
const FETCHED = 128;

/** The event before a record, by its place; `at` is the last one up to it. Behind an event that is the event itself. */
export function eventBefore({ records }: PageLife, at: number, from: number): number {
  return (records[at] as number) < from ? at : at - 1;
}

/** The events of a life, in order; the one that holds at the cursor is chosen. */
export function LifeList(props: {
  readonly life: PageLife;
  readonly at: number;
  readonly ram: boolean;
  readonly go: (to: number) => void;
}): JSX.Element {
  const { life, at, ram, go } = props;
  const { mfn, known, records } = life;
  const scroller = useRef<HTMLDivElement>(null);
  const from = useSignal(Math.max(0, at - FETCHED / 2));
  // What is asked is read of signals alone.
  const shown = useSignal(life);
  shown.value = life;
  const answer = useAnswer('pageEvents', () => ({
    run: runId.value,
    mfn: shown.value.mfn,
    atLeast: shown.value.known,
    from: from.value,
    count: FETCHED,
  }));
  const rows = useMemo(() => new VirtualRows(() => {}), []);
  useEffect(() => (scroller.current === null ? undefined : rows.attach(scroller.current)), []);
  rows.setLayout({ count: records.length, rowHeight: ROW, headHeight: 0 });
  void rows.changes.value;
  const [first, last] = rows.seen;
  useEffect(() => {
    if (first >= from.peek() && last < from.peek() + FETCHED) return;
    from.value = Math.max(0, first - FETCHED / 4);
  }, [first, last]);
  const { value: room } = rows.room;
  useEffect(() => {
    // What is drawn first has its height behind this frame only.
    const handle = requestAnimationFrame(() => rows.show(at));
    return () => cancelAnimationFrame(handle);
  }, [at, mfn, room]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== event.currentTarget) return;
    const to = new Map([
      ['ArrowDown', at + 1],
      ['ArrowUp', eventBefore(life, at, record.peek())],
      ['PageDown', at + rows.pageRows],
      ['PageUp', at - rows.pageRows],
      ['Home', 0],
      ['End', records.length - 1],
      ['Enter', at],
    ]).get(event.key);
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    go(Math.min(Math.max(0, to), records.length - 1));
  };

  const { value: part } = answer.value;
  const toldAt = (index: number): ToldEvent | undefined =>
    part?.mfn === mfn ? part.events[index - part.from] : undefined;
  const drawn = rows.drawn.filter(({ index }) => index < records.length);
  return (
    <div
      ref={scroller}
      class="life-list"
      role="listbox"
      aria-label="Events of its life"
      aria-activedescendant={drawn.some(({ index }) => index === at) ? `event-${at}` : undefined}
      tabIndex={0}
      data-known={known}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" class="life-rows" style={{ height: `${rows.height}px` }}>
        {drawn.map(({ index, top }) => (
          <div
            key={index}
            id={`event-${index}`}
            role="option"
            class="life-row"
            aria-selected={index === at}
            aria-posinset={index + 1}
            aria-setsize={records.length}
            data-between={index === at && (records[index] as number) < record.value}
            style={{ transform: `translateY(${top}px)` }}
            onClick={() => {
              go(index);
              scroller.current?.focus({ preventScroll: true });
            }}
          >
            <EventLine mfn={mfn} record={records[index] as number} told={toldAt(index)} ram={ram} />
          </div>
        ))}
      </div>
    </div>
  );
}

function EventLine(props: {
  readonly mfn: number;
  readonly record: number;
  readonly told: ToldEvent | undefined;
  readonly ram: boolean;
}): JSX.Element {
  const { mfn, record: number, told, ram } = props;
  if (told === undefined) return <span class="life-record">{count(number)}</span>;
  const { event, row } = told;
  const { state, owner, change } = event;
  const [caller = ''] = row.stack;
  return (
    <>
      <Swatch id={classOf(state, owner, ram)} palette={theme.value} />
      <span class="life-record">{count(number)}</span>
      <span class="life-change" title={changeMeaning(event)}>
        <span aria-hidden="true" class="life-sign">
          {CHANGE_SIGNS[change]}
        </span>{' '}
        {changeWords(event)}
      </span>
      <span class="life-call" title={row.call}>
        {change === 'power-on' ? '' : row.call}
      </span>
      <span class="life-time">{timeWords(row.at)}</span>
      <span class="life-block">{state === 'outside' ? '' : blockWords(mfn, event)}</span>
      <span class="life-caller" title={row.stack.join('\n')}>
        {caller}
      </span>
    </>
  );
}
