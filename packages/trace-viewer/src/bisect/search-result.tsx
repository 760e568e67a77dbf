import { brief, count, plural } from '@heaplay/replay';
import type { JSX } from 'preact';
import { goTo, record } from '../state/cursor.ts';
import { openPanel } from '../state/panels.ts';
import { searchKind } from './bisect-state.ts';
import type { Search } from './bisect-state.ts';
import type { FoundRecord } from './bisect-handlers.ts';

/** What a search has found, and why it holds there. */
export function SearchResult({ search }: { readonly search: Search }): JSX.Element | null {
  const { found, length, stretches, wanted } = search;
  if (found === null) return null;
  const effort = `${count(found.probes)} of ${plural(length + 1, 'moment')} looked at`;
  if (found.record === null) return <NotFound search={search} found={found} effort={effort} />;
  const at = found.record;
  return (
    <section class="bisect-result" aria-label="Result">
      <p role="status">
        <strong>{at === 0 ? 'Power-on' : `Record ${count(at)}`}</strong> is the first behind which{' '}
        <code>{wanted.when}</code> holds.
      </p>
      {at > 0 && (
        <p>
          <code>{found.call}</code> → <code>{found.result}</code>
        </p>
      )}
      <div class="bisect-line">
        <button type="button" class="main-action" aria-pressed={record.value === at} onClick={() => goTo(at)}>
          Go to {at === 0 ? 'power-on' : `record ${count(at)}`}
        </button>
        {at > 0 && (
          <button type="button" onClick={() => goTo(at - 1)}>
            Just before
          </button>
        )}
        {at > 0 && (
          <button
            type="button"
            onClick={() => {
              goTo(at);
              openPanel.value = 'explain';
            }}
          >
            Explain
          </button>
        )}
      </div>
      <Values found={found} />
      {stretches !== null && !stretches.stays && (
        <p class="bisect-note">
          It does not stay true: it holds behind {plural(stretches.moments, 'moment')} in{' '}
          {plural(stretches.count, 'stretch', 'stretches')}. Bisecting may find another record, or none.
        </p>
      )}
      {stretches?.stays === true && <p class="bisect-quiet">It stays true from there to the end.</p>}
      <p class="bisect-quiet">{effort}.</p>
    </section>
  );
}

function NotFound(props: {
  readonly search: Search;
  readonly found: FoundRecord;
  readonly effort: string;
}): JSX.Element {
  const { search, found, effort } = props;
  const isScan = search.wanted.kind === 'scan';
  return (
    <section class="bisect-result" aria-label="Result">
      <p role="status">
        <code>{search.wanted.when}</code>{' '}
        {isScan ? 'never holds' : `does not hold behind record ${count(search.length)}`}
        {isScan ? '.' : ', the last one.'}
      </p>
      <Values found={found} />
      {!isScan && (
        <p class="bisect-line">
          It may have held before.
          <button type="button" onClick={() => (searchKind.value = 'scan')}>
            Scan every record
          </button>
        </p>
      )}
      <p class="bisect-quiet">{effort}.</p>
    </section>
  );
}

/** What the sides of the comparisons come to, just before and behind the record. */
function Values({ found }: { readonly found: FoundRecord }): JSX.Element | null {
  const { before, behind, record: at } = found;
  if (behind.length === 0) return null;
  return (
    <table class="bisect-values">
      <caption class="away">What the condition's parts are</caption>
      <thead>
        <tr>
          <th scope="col">Part</th>
          {at !== null && at > 0 && <th scope="col">behind {count(at - 1)}</th>}
          <th scope="col">{at === null ? 'at the end' : `behind ${count(at)}`}</th>
        </tr>
      </thead>
      <tbody>
        {behind.map(({ text, value }, index) => (
          <tr key={text}>
            <th scope="row">
              <code>{text}</code>
            </th>
            {at !== null && at > 0 && <td>{valueText(before[index]?.value)}</td>}
            <td>{valueText(value)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function valueText(value: unknown): string {
  return typeof value === 'number' ? count(value) : brief(value, 60);
}
