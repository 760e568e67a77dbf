import { messageOf } from '../remote/message-of.ts';
import { count } from '@heaplay/replay';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { comparedWith } from '../compare/compare-state.ts';
import { DifferenceView } from '../compare/difference-view.tsx';
import { namedRecords } from '../compare/run-change.ts';
import type { RunChange } from '../compare/run-change.ts';
import { useAnswer } from '../state/answers.ts';
import { goTo, record } from '../state/cursor.ts';
import { run, runId } from '../state/runs.ts';
import { changeOf, leftOut, textOf, withOrder, withRecords } from './what-if-edits.ts';
import type { CallToEdit } from './what-if-handlers.ts';
import './what-if.css';

/** Edited calls that are told one by one. */
const TOLD = 100;

/** Leaves calls out, or has them ask for other orders, and shows what would have come of it. */
export function WhatIfPanel(): JSX.Element {
  const change = changeOf(comparedWith.value);
  const length = run.value?.length ?? 0;
  return (
    <div class="compare what-if">
      {comparedWith.value === '' && (
        <p class="compare-quiet">
          What if a call had not been made, or had asked for another order? The run is worked out anew, and held against
          what was recorded.
        </p>
      )}
      <ThisCall change={change} length={length} />
      <LeaveOut change={change} length={length} />
      <Edits change={change} length={length} />
      <DifferenceView />
    </div>
  );
}

interface Edited {
  readonly change: RunChange;
  readonly length: number;
}

/** The call of the record that is looked at, and what could be otherwise with it. */
function ThisCall({ change, length }: Edited): JSX.Element | null {
  const answer = useAnswer('describeCalls', () => ({ run: runId.value, records: [record.value] }));
  const at = record.value;
  const call = answer.value.value?.find((one) => one.record === at);
  if (at === 0) return <p class="compare-quiet">Go to a record to change its call.</p>;
  if (call === undefined) return null;
  const isOut = leftOut(change, length).has(at);
  return (
    <section class="first-divergence" aria-label="This call">
      <h3>
        Record {count(at)}: <code>{call.call}</code> → <code>{call.result}</code>
      </h3>
      {call.isCall ? (
        <div class="compare-line">
          <button
            type="button"
            class={isOut ? '' : 'main-action'}
            onClick={() => (comparedWith.value = textOf(withRecords(change, length, [at], !isOut)))}
          >
            {isOut ? 'Put it back' : 'Leave it out'}
          </button>
          {call.order !== null && <OtherOrder key={at} call={call} change={change} length={length} />}
        </div>
      ) : (
        <p class="compare-quiet">Somebody only looked here: there is nothing that could be left out.</p>
      )}
    </section>
  );
}

function OtherOrder(props: Edited & { readonly call: CallToEdit }): JSX.Element {
  const { call, change, length } = props;
  const set = change.orders.find((one) => one.record === call.record)?.order ?? call.order ?? 0;
  return (
    <form
      class="compare-line"
      onSubmit={(event) => {
        event.preventDefault();
        const { value } = event.currentTarget.elements.namedItem('order') as HTMLInputElement;
        const order = Number(value);
        comparedWith.value = textOf(withOrder(change, length, call.record, order === call.order ? null : order));
      }}
    >
      <label>
        or order <input name="order" type="number" min={0} max={30} required defaultValue={String(set)} />
      </label>
      <button type="submit">Ask for it</button>
    </form>
  );
}

/** Records by their numbers, all at once. */
function LeaveOut({ change, length }: Edited): JSX.Element {
  const problem = useSignal('');
  return (
    <form
      class="what-if-records"
      key={change.without}
      onSubmit={(event) => {
        event.preventDefault();
        const { value } = event.currentTarget.elements.namedItem('records') as HTMLInputElement;
        try {
          const records = namedRecords(value, length);
          problem.value = '';
          comparedWith.value = textOf(withRecords({ ...change, without: '' }, length, records, true));
        } catch (error) {
          problem.value = messageOf(error);
        }
      }}
    >
      <label for="what-if-without">Records to leave out</label>
      <div class="compare-line">
        <input
          id="what-if-without"
          name="records"
          type="text"
          spellcheck={false}
          autocomplete="off"
          placeholder="12,40-60"
          defaultValue={change.without}
          aria-invalid={problem.value !== ''}
          aria-describedby="what-if-problem"
        />
        <button type="submit">Leave out</button>
      </div>
      <p class="compare-problem" id="what-if-problem" role="alert" hidden={problem.value === ''}>
        {problem.value}
      </p>
    </form>
  );
}

/** What is otherwise, call by call. */
function Edits({ change, length }: Edited): JSX.Element | null {
  const orders = new Map(change.orders.map(({ record: at, order }) => [at, order]));
  const records = [...leftOut(change, length), ...orders.keys()].toSorted((a, b) => a - b);
  const answer = useAnswer('describeCalls', () => {
    const now = changeOf(comparedWith.value);
    const all = [...leftOut(now, run.value?.length ?? 0), ...now.orders.map(({ record: at }) => at)];
    return { run: runId.value, records: all.toSorted((a, b) => a - b).slice(0, TOLD) };
  });
  if (records.length === 0) return null;
  const calls = new Map((answer.value.value ?? []).map((call) => [call.record, call]));
  return (
    <section aria-label="What is otherwise">
      <h3>What is otherwise</h3>
      <ul class="what-if-edits">
        {records.slice(0, TOLD).map((at) => {
          const call = calls.get(at);
          const order = orders.get(at);
          return (
            <li key={at}>
              <button type="button" class="what-if-record" aria-label={`Go to record ${at}`} onClick={() => goTo(at)}>
                {count(at)}
              </button>
              <span class="what-if-call" title={call?.call}>
                <code>{call?.call ?? '…'}</code>
                {order === undefined ? ' is left out' : ` asks for order ${order}`}
              </span>
              <button
                type="button"
                aria-label={`Put record ${at} back`}
                title="As recorded"
                onClick={() => (comparedWith.value = textOf(withRecords(change, length, [at], false)))}
              >
                ↺
              </button>
            </li>
          );
        })}
      </ul>
      {records.length > TOLD && <p class="compare-quiet">and {count(records.length - TOLD)} more</p>}
    </section>
  );
}
