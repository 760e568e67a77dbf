import { count, frame, plural } from '@heaplay/replay';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { useAnswer } from '../state/answers.ts';
import { pinnedFrame, record } from '../state/cursor.ts';
import { runId } from '../state/runs.ts';
import { VirtualRows } from '../virtual/virtual-rows.ts';
import { openList } from './lists-state.ts';

const ROW = 28;
/** Blocks that are fetched together: more than are seen. */
const FETCHED = 128;

/** The blocks of the list that is open, in its order. */
export function BlockList(): JSX.Element | null {
  const scroller = useRef<HTMLDivElement>(null);
  const focus = useSignal(0);
  const from = useSignal(0);
  const answer = useAnswer('freeList', () => {
    const { value: list } = openList;
    return list === null ? null : { run: runId.value, record: record.value, ...list, from: from.value, count: FETCHED };
  });
  const rows = useMemo(() => new VirtualRows(() => {}), []);
  useEffect(() => (scroller.current === null ? undefined : rows.attach(scroller.current)), []);
  const { value: part } = answer.value;
  const length = part?.length ?? 0;
  rows.setLayout({ count: length, rowHeight: ROW, headHeight: ROW });
  void rows.changes.value;
  const [first, last] = rows.seen;
  useEffect(() => {
    if (first >= from.peek() && last < from.peek() + FETCHED) return;
    from.value = Math.max(0, first - FETCHED / 4);
  }, [first, last]);
  const { value: list } = openList;
  if (list === null) return null;

  const here = Math.min(focus.value, Math.max(0, length - 1));
  const blockAt = (index: number) => part?.blocks[index - part.from];
  const pin = (index: number): void => {
    const block = blockAt(index);
    if (block !== undefined) pinnedFrame.value = block[0];
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget) return;
    if (event.key === 'Enter' || event.key === ' ') pin(here);
    else {
      const to = new Map([
        ['ArrowDown', here + 1],
        ['ArrowUp', here - 1],
        ['PageDown', here + rows.pageRows],
        ['PageUp', here - rows.pageRows],
        ['Home', 0],
        ['End', length - 1],
      ]).get(event.key);
      if (to === undefined) return;
      focus.value = Math.min(Math.max(0, to), Math.max(0, length - 1));
      rows.show(focus.value);
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const drawn = rows.drawn.filter(({ index }) => index < length);
  return (
    <section class="block-list" aria-label="Blocks of the list">
      <div class="block-list-head">
        <h2>
          Node {list.node}, zone {list.zone}, order {list.order}: {plural(length, 'block')}, head first
        </h2>
        <button type="button" onClick={() => (openList.value = null)}>
          Close
        </button>
      </div>
      <div
        ref={scroller}
        class="blocks"
        role="grid"
        aria-label={`Free blocks of node ${list.node}, zone ${list.zone}, order ${list.order}`}
        aria-readonly="true"
        aria-rowcount={length + 1}
        aria-activedescendant={drawn.some(({ index }) => index === here) ? `block-${here}` : undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        <div role="row" class="block-row head" aria-rowindex={1}>
          <span role="columnheader">Place</span>
          <span role="columnheader">Block</span>
          <span role="columnheader">State</span>
        </div>
        <div role="rowgroup" class="block-rows" style={{ height: `${rows.height}px` }}>
          {drawn.map(({ index, top }) => {
            const block = blockAt(index);
            return (
              <div
                key={index}
                id={`block-${index}`}
                role="row"
                class="block-row"
                aria-rowindex={index + 2}
                aria-selected={block !== undefined && block[0] === pinnedFrame.value}
                data-here={index === here}
                style={{ transform: `translateY(${top}px)` }}
                onClick={() => {
                  focus.value = index;
                  pin(index);
                }}
              >
                <span role="gridcell" class="number">
                  {index === 0 ? 'head' : index === length - 1 ? 'tail' : count(index + 1)}
                </span>
                <span role="gridcell" class="mono">
                  {block === undefined ? '…' : frame(block[0])}
                </span>
                <span role="gridcell">{block === undefined ? '' : dirtWords(block[1], list.order)}</span>
              </div>
            );
          })}
        </div>
        {part !== undefined && length === 0 && <p class="call-none">The list is empty behind this record.</p>}
      </div>
    </section>
  );
}

function dirtWords(firstDirty: number | null, order: number): string {
  if (firstDirty === null) return 'clean';
  return order === 0 || firstDirty === 0 ? '◪ dirty' : `◪ dirty from page ${count(firstDirty)} on`;
}
