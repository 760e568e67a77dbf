import { frame } from '@heaplay/replay';
import type { Mfn } from '@heaplay/core';
import type { JSX } from 'preact';
import { openList } from '../free-lists/lists-state.ts';
import { pinInSight } from '../map/map-fields.ts';
import { openPanel } from '../state/panels.ts';
import type { ListedBlock, PageFacts } from './page-handlers.ts';
import { blockText, placeText } from './page-words.ts';

/** The block that a page lies in, and its neighbours on the free list. */
export function BlockPart({ facts }: { readonly facts: PageFacts }): JSX.Element | null {
  const { frame: page, list } = facts;
  const { mfn, head, order, state } = page;
  if (state === 'outside') return null;
  const share = (mfn - head) / 2 ** order;
  return (
    <section aria-label="Its block">
      <h3>Block</h3>
      <p>{blockText(page)}</p>
      {order > 0 && (
        <div class="page-block" aria-hidden="true" style={{ '--share': share, '--width': 1 / 2 ** order }}>
          <span />
        </div>
      )}
      {list !== null && <ListPlace list={list} />}
    </section>
  );
}

function ListPlace({ list }: { readonly list: ListedBlock }): JSX.Element {
  const { node, zone, order, head, before, after } = list;
  return (
    <>
      <p>
        {placeText(list)}.{' '}
        <button
          type="button"
          class="link"
          onClick={() => {
            openList.value = { node, zone, order };
            openPanel.value = 'lists';
          }}
        >
          Show the list
        </button>
      </p>
      <div class="page-neighbours" role="group" aria-label="Neighbours on the free list">
        <Neighbour mfn={before} side="before" none="head of the list" />
        <span class="page-self">{frame(head)}</span>
        <Neighbour mfn={after} side="behind" none="tail of the list" />
      </div>
    </>
  );
}

function Neighbour(props: {
  readonly mfn: Mfn | null;
  readonly side: 'before' | 'behind';
  readonly none: string;
}): JSX.Element {
  const { mfn, side, none } = props;
  if (mfn === null) return <span class="page-end">{none}</span>;
  return (
    <button
      type="button"
      title={`Pin ${frame(mfn)}, and show it in the map`}
      aria-label={`The block ${side} it: ${frame(mfn)}`}
      onClick={() => pinInSight(mfn)}
    >
      {side === 'before' && '← '}
      {frame(mfn)}
      {side === 'behind' && ' →'}
    </button>
  );
}
