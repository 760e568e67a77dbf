import { count } from '@heaplay/replay';
import type { JSX } from 'preact';
import { filterKind, filterText } from '../calls/calls-state.ts';
import { openPanel } from '../state/panels.ts';
import { run } from '../state/runs.ts';
import { nodeAt, valueOfMatches } from './caller-tree.ts';
import type { CallerNode } from './caller-tree.ts';
import { CallerTable } from './caller-table.tsx';
import { MEASURES, figure, share, wordsOf } from './caller-words.ts';
import { callerChosen, callerMeasure, callerShape, callerSites, callerWord, callerZoom } from './callers-state.ts';
import type { CallerMeasure } from './callers-state.ts';
import { FlameGraph } from './flame-graph.tsx';
import { useCallers } from './use-callers.ts';
import './callers.css';

/** Who holds how much memory behind the record that is looked at, by the stacks of the callers. */
export function CallersPanel(): JSX.Element {
  const { tree, told, record, reached, failure } = useCallers().value;
  if (failure !== null) return <p role="alert">{failure}</p>;
  if (told === null) {
    return (
      <p class="callers-line">
        <progress aria-label="Gathering callers" max={run.value?.length ?? 1} value={reached} /> The callers are being
        gathered.
      </p>
    );
  }
  if (!told) return <NoCallers />;
  if (tree === null) return <p class="callers-quiet">The callers are being summed up.</p>;
  const zoomed = nodeAt(tree, callerZoom.value) ?? tree;
  const chosen = nodeAt(tree, callerChosen.value) ?? zoomed;
  const measure = callerMeasure.value;
  const isEnd = measure === 'end';
  return (
    <div class="callers">
      <CallerChoices tree={tree} />
      {tree.value === 0 ? (
        <p class="callers-nothing">
          {measure === 'failed' ? 'No call has failed' : 'Nothing'}{' '}
          {isEnd ? 'at the end' : `up to record ${count(record)}`}
          {measure === 'held' && ': nothing is in use yet, or all of it was freed'}.
        </p>
      ) : (
        <>
          {callerShape.value === 'graph' ? (
            <FlameGraph tree={tree} zoomed={zoomed} chosen={chosen} />
          ) : (
            <CallerTable tree={tree} chosen={chosen} />
          )}
          <p class="callers-quiet" id="flame-keys">
            {callerShape.value === 'graph'
              ? 'Each frame lies on its caller. Arrow keys go from caller to caller, Enter zooms in, Escape out.'
              : 'Arrow keys go from row to row, right and left open and close.'}
          </p>
          <ChosenCaller tree={tree} zoomed={zoomed} chosen={chosen} />
        </>
      )}
    </div>
  );
}

function CallerChoices({ tree }: { readonly tree: CallerNode }): JSX.Element {
  const word = callerWord.value;
  const found = word === '' ? 0 : valueOfMatches(tree, word);
  return (
    <div class="callers-choices">
      <div class="callers-line">
        <label>
          Show{' '}
          <select
            value={callerMeasure.value}
            onChange={(event) => (callerMeasure.value = event.currentTarget.value as CallerMeasure)}
          >
            {Object.entries(MEASURES).map(([id, title]) => (
              <option key={id} value={id}>
                {title}
              </option>
            ))}
          </select>
        </label>
        <label>
          as{' '}
          <select
            aria-label="Shown as"
            value={callerShape.value}
            onChange={(event) => (callerShape.value = event.currentTarget.value as 'graph' | 'table')}
          >
            <option value="graph">graph</option>
            <option value="table">table</option>
          </select>
        </label>
      </div>
      <div class="callers-line">
        <input
          type="search"
          aria-label="Point out callers"
          placeholder="point out a name"
          spellcheck={false}
          autocomplete="off"
          value={word}
          onInput={(event) => (callerWord.value = event.currentTarget.value.trim())}
        />
        <label class="callers-check">
          <input
            type="checkbox"
            checked={callerSites.value === 'on'}
            onChange={(event) => (callerSites.value = event.currentTarget.checked ? 'on' : 'off')}
          />{' '}
          Call sites
        </label>
      </div>
      {word !== '' && (
        <p class="callers-quiet" role="status">
          {found === 0
            ? 'No caller that counts here has this in its name.'
            : `${figure(callerMeasure.value, found)}, ${share(found, tree.value)}, have this in a caller’s name.`}
        </p>
      )}
    </div>
  );
}

function ChosenCaller(props: {
  readonly tree: CallerNode;
  readonly zoomed: CallerNode;
  readonly chosen: CallerNode;
}): JSX.Element {
  const { tree, zoomed, chosen } = props;
  const measure = callerMeasure.value;
  const words = wordsOf(chosen);
  return (
    <section class="caller-chosen" aria-label="This caller">
      <h2>{chosen.parent === null ? 'All callers' : chosen.name}</h2>
      <dl class="facts">
        <div>
          <dt>{MEASURES[measure].toLowerCase()}</dt>
          <dd>
            {figure(measure, chosen.value)}, {share(chosen.value, tree.value)}
          </dd>
        </div>
        {chosen.own !== chosen.value && chosen.own > 0 && (
          <div>
            <dt>itself</dt>
            <dd>{figure(measure, chosen.own)}</dd>
          </div>
        )}
        {chosen.parent !== null && chosen.parent.parent !== null && (
          <div>
            <dt>called by</dt>
            <dd>
              <code>{chosen.parent.name}</code>
            </dd>
          </div>
        )}
      </dl>
      <div class="callers-line">
        <button
          type="button"
          disabled={words === ''}
          onClick={() => {
            filterKind.value = 'words';
            filterText.value = words;
            openPanel.value = 'calls';
          }}
        >
          Show its calls
        </button>
        {callerShape.value === 'graph' && (
          <button
            type="button"
            disabled={zoomed.parent === null}
            onClick={() => {
              callerZoom.value = '';
              callerChosen.value = '';
            }}
          >
            Show all
          </button>
        )}
      </div>
    </section>
  );
}

function NoCallers(): JSX.Element {
  return (
    <section class="callers-none" aria-label="No callers">
      <h2>This trace does not tell who called</h2>
      <p>
        Records may carry the stack of their callers: then this panel shows which function holds how much memory behind
        any record, what was allocated on whose behalf, and what was never freed.
      </p>
      <p>
        <code>heaplay record</code> of a running hypervisor and <code>heaplay import</code> of Linux page traces with
        stacks write them. Until then, the map’s schemes Owner and Age say to whom memory belongs and since when.
      </p>
    </section>
  );
}
