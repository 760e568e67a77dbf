import { count, plural } from '@heaplay/replay';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { loading, run, runId } from '../state/runs.ts';
import { ConditionProblem } from './condition-problem.tsx';
import {
  ensureSearch,
  forgetSearch,
  search,
  searchKind,
  searchedFor,
  startSearch,
  stopSearch,
} from './bisect-state.ts';
import type { Search, SearchKind } from './bisect-state.ts';
import { SearchResult } from './search-result.tsx';
import { NarrowingStrip, StretchStrip } from './search-strips.tsx';
import './bisect.css';

const EXAMPLES: readonly (readonly [condition: string, what: string, kind: SearchKind])[] = [
  ['heap.failures >= 1', 'the first call that failed', 'bisect'],
  ['heap.largestOrder < 9', 'no 2 MiB block is free', 'scan'],
  ['heap.freePages < 65536', 'less than 256 MiB are free', 'scan'],
  ['domain(1).totalPages > 0', 'domain 1 has its first page', 'bisect'],
  ['call.type == "domain_create"', 'a domain is made', 'scan'],
];

/** Finds the first record behind which a condition holds. */
export function BisectPanel(): JSX.Element {
  const [id, when, kind] = [runId.value, searchedFor.value.trim(), searchKind.value];
  const isReading = loading.value !== null;
  useEffect(() => {
    if (isReading) return;
    if (when === '') forgetSearch();
    else ensureSearch({ run: id, when, kind });
  }, [id, when, kind, isReading]);
  const { value: last } = search;
  return (
    <div class="bisect">
      <ConditionForm last={last} />
      {isReading && when !== '' && <p class="bisect-quiet">The search begins when the trace was read.</p>}
      {last === null && !isReading && <Examples />}
      {last !== null && <SearchSeen search={last} />}
    </div>
  );
}

function ConditionForm({ last }: { readonly last: Search | null }): JSX.Element {
  const draft = useSignal<string | null>(null);
  const written = draft.value ?? searchedFor.value;
  const failed = last?.state === 'failed' && last.wanted.when === written.trim();
  const look = (kind: SearchKind): void => {
    const when = written.trim();
    draft.value = null;
    const isAgain = when === searchedFor.peek() && kind === searchKind.peek();
    searchedFor.value = when;
    searchKind.value = kind;
    if (isAgain && when !== '') startSearch({ run: runId.peek(), when, kind });
  };
  return (
    <form
      class="bisect-form"
      onSubmit={(event) => {
        event.preventDefault();
        look('bisect');
      }}
    >
      <label for="bisect-when">Find the first record behind which this holds (CEL)</label>
      <input
        id="bisect-when"
        type="text"
        spellcheck={false}
        autocomplete="off"
        placeholder="heap.freePages < 65536"
        value={written}
        aria-invalid={failed}
        aria-errormessage={failed ? 'bisect-problem' : undefined}
        aria-describedby="bisect-help"
        onInput={(event) => (draft.value = event.currentTarget.value)}
      />
      <p class="bisect-quiet" id="bisect-help">
        Over record, call, result, failed, heap, node(id), zone(node, id), order(n), domain(id), page(mfn). Bisecting
        looks at few moments, and is right if the condition stays true once it is; scanning asks at every record.
      </p>
      <div class="bisect-line">
        <button type="submit" class="main-action" disabled={written.trim() === ''}>
          Bisect
        </button>
        <button type="button" disabled={written.trim() === ''} onClick={() => look('scan')}>
          Scan
        </button>
        {last?.state === 'running' && (
          <button type="button" onClick={stopSearch}>
            Cancel
          </button>
        )}
        {searchedFor.value !== '' && (
          <button
            type="button"
            class="bisect-clear"
            onClick={() => {
              draft.value = null;
              searchedFor.value = '';
            }}
          >
            Clear
          </button>
        )}
      </div>
    </form>
  );
}

function Examples(): JSX.Element {
  return (
    <section aria-label="Examples">
      <h2>For example</h2>
      <ul class="bisect-examples">
        {EXAMPLES.map(([condition, what, kind]) => (
          <li key={condition}>
            <button
              type="button"
              onClick={() => {
                searchedFor.value = condition;
                searchKind.value = kind;
              }}
            >
              <code>{condition}</code>
              <span>
                {what}
                {kind === 'scan' && ' (scan)'}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function SearchSeen({ search: seen }: { readonly search: Search }): JSX.Element {
  const { wanted, state, failure, length, probes, reached, stretches } = seen;
  const grown = (run.value?.length ?? 0) - length;
  if (failure !== null) return <ConditionProblem text={wanted.when} message={failure} />;
  return (
    <>
      {state === 'running' && (
        <p class="bisect-line">
          <progress aria-label="Searching" max={length} value={wanted.kind === 'scan' ? reached : undefined} />
          <span>
            {wanted.kind === 'scan'
              ? `${count(reached)} of ${plural(length, 'record')}`
              : `${plural(probes.length, 'moment')} looked at`}
          </span>
        </p>
      )}
      {state === 'stopped' && <p class="bisect-quiet">The search was cancelled.</p>}
      <SearchResult search={seen} />
      {wanted.kind === 'bisect' && probes.length > 0 && <NarrowingStrip probes={probes} length={length} />}
      {stretches !== null && <StretchStrip stretches={stretches} length={length} />}
      {state === 'done' && grown > 0 && (
        <p class="bisect-line">
          {plural(grown, 'record')} came since.
          <button type="button" onClick={() => startSearch(wanted)}>
            Search again
          </button>
        </p>
      )}
    </>
  );
}
