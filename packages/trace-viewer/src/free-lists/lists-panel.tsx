import { count } from '@heaplay/replay';
import type { JSX } from 'preact';
import { useAnswer } from '../state/answers.ts';
import { record } from '../state/cursor.ts';
import { runId } from '../state/runs.ts';
import { BlockList } from './block-list.tsx';
import { ListTable } from './list-table.tsx';
import { openList } from './lists-state.ts';
import './free-lists.css';

/** The free lists behind the record that is looked at. */
export function ListsPanel(): JSX.Element {
  const answer = useAnswer('freeLists', () => ({ run: runId.value, record: record.value }));
  const { value: lists, failure } = answer.value;
  return (
    <div class="free-lists">
      <div class="lists-scroll" tabIndex={0} role="region" aria-label="Free lists">
        {failure !== null && <p role="alert">{failure}</p>}
        {lists !== undefined && lists.zones.length === 0 && (
          <p class="call-none">
            Nothing is free behind record {count(lists.record)}: no memory was given to the heap yet, or all of it is in
            use.
          </p>
        )}
        {lists !== undefined && lists.zones.length > 0 && <ListTable lists={lists} />}
      </div>
      {openList.value !== null && <BlockList />}
    </div>
  );
}
