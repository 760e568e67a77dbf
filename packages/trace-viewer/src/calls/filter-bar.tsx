import { count, plural } from '@heaplay/replay';
import type { JSX } from 'preact';
import { run } from '../state/runs.ts';
import { callsTop, filterKind, filterText } from './calls-state.ts';
import type { FilterKind, FilterProblem } from './filter-handlers.ts';
import type { Filtered, RunningFilter } from './use-filter.ts';

const KINDS: readonly (readonly [FilterKind, string])[] = [
  ['words', 'Words'],
  ['cel', 'Condition (CEL)'],
];

const HINTS: Readonly<Record<FilterKind, string>> = {
  words: 'free d3 0x1200 construct_dom0 failed',
  cel: 'failed && call.order > 3',
};

const HELP: Readonly<Record<FilterKind, string>> = {
  words:
    'All must occur in the call or its callers; d3: the domain that it names; 0x1200: a frame in what it names or returned; failed, skipped.',
  cel: 'Over record, call, result, failed, heap, node(id), zone(node, id), order(n), domain(id), page(mfn): as heaplay bisect --when.',
};

/** Does it look as if somebody had written a condition? */
const LIKE_CEL = /[=!<>]=|&&|\|\||[<>]|\b(?:call|heap)\.\w/;

/** What the list shows: a filter, how it is read, and what came of it. */
export function FilterBar({ filter }: { readonly filter: RunningFilter }): JSX.Element {
  const filtered = filter.filtered.value;
  const [kind, text] = [filterKind.value, filterText.value];
  const error = filtered.done?.error ?? null;
  return (
    <search class="filter">
      <div class="filter-line">
        <input
          type="search"
          aria-label="Filter"
          aria-describedby="filter-help"
          aria-invalid={error !== null}
          aria-errormessage={error === null ? undefined : 'filter-error'}
          placeholder={HINTS[kind]}
          spellcheck={false}
          autocomplete="off"
          value={text}
          onInput={(event) => (filterText.value = event.currentTarget.value)}
        />
        <label>
          <span class="away">Read as </span>
          <select
            aria-label="Filter by"
            value={kind}
            onChange={(event) => (filterKind.value = event.currentTarget.value as FilterKind)}
          >
            {KINDS.map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </div>
      <p class="filter-help" id="filter-help">
        {HELP[kind]}
      </p>
      {kind === 'words' && LIKE_CEL.test(text) && (
        <p class="filter-note">
          This looks like a condition.{' '}
          <button type="button" onClick={() => (filterKind.value = 'cel')}>
            Read it as CEL
          </button>
        </p>
      )}
      {error !== null && <ErrorPlace text={text.trim()} problem={error} />}
      {filtered.failure !== null && (
        <p class="filter-error" role="alert">
          {filtered.failure}
        </p>
      )}
      <div class="filter-line">
        <FilterState filter={filter} filtered={filtered} />
        <label class="follow">
          <input
            type="checkbox"
            checked={callsTop.value === null}
            onChange={(event) => (callsTop.value = event.currentTarget.checked ? null : (callsTop.peek() ?? 0))}
          />{' '}
          Follow the cursor
        </label>
      </div>
    </search>
  );
}

function FilterState(props: { readonly filter: RunningFilter; readonly filtered: Filtered }): JSX.Element {
  const { filter, filtered } = props;
  const length = run.value?.length ?? 0;
  const { matches, scanned, running, done } = filtered;
  if (matches === null) return <span class="filter-state">{plural(length, 'record')}, and power-on</span>;
  const found = `${plural(filtered.length, 'match', 'matches')}`;
  if (running) {
    return (
      <span class="filter-state">
        <progress aria-label="Searching" max={length} value={Math.max(0, scanned)} /> {found}
        <button type="button" onClick={filter.stop}>
          Stop
        </button>
      </span>
    );
  }
  if (done?.error !== null && done !== null) return <span class="filter-state">no search</span>;
  if (scanned < length) {
    return (
      <span class="filter-state">
        {found} up to record {count(Math.max(0, scanned))}
        <button type="button" onClick={filter.resume}>
          Go on
        </button>
      </span>
    );
  }
  const first = done?.firstUnanswered ?? null;
  return (
    <span class="filter-state" role="status">
      {found}
      {first !== null && done !== null && (
        <span class="filter-unanswered" title={`${first.found}; expected ${first.expected}`}>
          {', '}
          {plural(done.unanswered, 'record')} could not be asked: record {first.record}, column {first.column}:{' '}
          {first.found}
        </span>
      )}
    </span>
  );
}

function ErrorPlace({ text, problem }: { readonly text: string; readonly problem: FilterProblem }): JSX.Element {
  const { column, found, expected } = problem;
  return (
    <div class="filter-error" id="filter-error" role="alert">
      <p>
        Column {column}: {found}; expected {expected}
      </p>
      <code aria-hidden="true">
        {text.slice(0, column - 1)}
        <mark>{text.slice(column - 1, column) || ' '}</mark>
        {text.slice(column)}
      </code>
    </div>
  );
}
