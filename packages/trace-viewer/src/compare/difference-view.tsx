import { CALL_CLASSES, count, plural } from '@heaplay/replay';
import type { Signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { goTo, record } from '../state/cursor.ts';
import { locationField } from '../state/location.ts';
import type { Codec } from '../state/location.ts';
import { KINDS, kindsOf, rowsOfKind } from './class-words.ts';
import type { DifferenceKind } from './class-words.ts';
import { comparedWith, comparison } from './compare-state.ts';
import type { Comparison } from './compare-state.ts';
import type { RunDiff } from './compare-handlers.ts';
import { FirstDifferences, MetricsTable, verdict } from './difference-facts.tsx';
import { DifferenceList } from './difference-list.tsx';
import { recordInA } from './difference-places.ts';
import './compare.css';

const kindCodec: Codec<DifferenceKind | null> = {
  parse: (text) => CALL_CLASSES.find((kind) => kind === text),
  format: (kind) => kind ?? '',
};

/** The way in which the listed calls differ; null: all of them. */
const listedKind: Signal<DifferenceKind | null> = locationField<DifferenceKind | null>(
  'differs',
  null,
  kindCodec,
  'replace',
);

const DOING: Readonly<Record<'deriving' | 'comparing' | 'measuring', string>> = {
  deriving: 'Working out the other side',
  comparing: 'Comparing call by call',
  measuring: 'Measuring both heaps',
};

/** What has come of comparing two runs, on whichever panel. Nothing is compared: nothing. */
export function DifferenceView(): JSX.Element | null {
  const { value } = comparison;
  if (value === null) return comparedWith.value === '' ? null : <p class="compare-quiet">Waits for the trace.</p>;
  const { state, failure, diff, metrics, b } = value;
  return (
    <div class="difference">
      <div class="compare-line">
        <p class="compare-sides">
          <b>A</b> {value.a.name}
          <br />
          <b>B</b> {b?.derived?.change ?? b?.name ?? comparedWith.value}
        </p>
        <button type="button" class="compare-stop-button" onClick={() => (comparedWith.value = '')}>
          {state === 'done' || state === 'failed' ? 'Stop comparing' : 'Cancel'}
        </button>
      </div>
      {failure !== null && (
        <p class="compare-problem" role="alert">
          {failure}
        </p>
      )}
      {state !== 'done' && state !== 'failed' && <Doing comparison={value} doing={DOING[state]} />}
      {diff !== null && b !== null && <Found a={value.a.id} b={b.id} diff={diff} metrics={metrics} />}
    </div>
  );
}

function Doing(props: { readonly comparison: Comparison; readonly doing: string }): JSX.Element {
  const { comparison: here, doing } = props;
  return (
    <p class="compare-line compare-doing">
      <progress aria-label={doing} max={Math.max(1, here.a.length)} value={here.at} />
      <span>
        {doing}: {count(Math.round(here.at))} of {plural(here.a.length, 'record')}
      </span>
    </p>
  );
}

function Found(props: {
  readonly a: number;
  readonly b: number;
  readonly diff: RunDiff;
  readonly metrics: Comparison['metrics'];
}): JSX.Element {
  const { a, b, diff, metrics } = props;
  const kinds = kindsOf(diff.result);
  const kind = kinds.some(([one]) => one === listedKind.value) ? listedKind.value : null;
  const rows = useMemo(() => rowsOfKind(diff, kind), [diff, kind]);
  return (
    <>
      <p role="status">
        <strong>{verdict(diff.result)}</strong>
      </p>
      <FirstDifferences diff={diff} />
      {kinds.length > 0 && (
        <section class="differing" aria-label="What differs">
          <h3>{plural(diff.a.length, 'call')} differ</h3>
          <DifferenceStrip diff={diff} />
          <div class="kinds" role="group" aria-label="Show calls that differ">
            <button type="button" aria-pressed={kind === null} onClick={() => (listedKind.value = null)}>
              all {count(diff.a.length)}
            </button>
            {kinds.map(([one, calls]) => (
              <button
                key={one}
                type="button"
                aria-pressed={kind === one}
                onClick={() => (listedKind.value = kind === one ? null : one)}
              >
                {KINDS[one]} {count(calls)}
              </button>
            ))}
          </div>
          <DifferenceList key={kind ?? ''} a={a} b={b} diff={diff} rows={rows} />
        </section>
      )}
      {metrics !== null && <MetricsTable a={metrics.a} b={metrics.b} />}
    </>
  );
}

/** Bars of the strip. */
const BARS = 200;

/** Where in the run the differing calls lie; a click goes there. */
function DifferenceStrip({ diff }: { readonly diff: RunDiff }): JSX.Element {
  const length = Math.max(1, comparison.value?.a.length ?? 1);
  const bars = useMemo(() => {
    const counts = new Uint32Array(BARS);
    diff.a.forEach((_, row) => {
      const bar = Math.min(BARS - 1, Math.floor((recordInA(diff, row) / (length + 1)) * BARS));
      counts[bar] = (counts[bar] ?? 0) + 1;
    });
    const most = counts.reduce((a, b) => Math.max(a, b), 1);
    return [...counts].map((calls) => (calls === 0 ? 0 : 0.15 + (0.85 * calls) / most));
  }, [diff, length]);
  const here = (record.value / (length + 1)) * BARS;
  return (
    <svg
      class="difference-strip"
      viewBox={`0 0 ${BARS} 1`}
      preserveAspectRatio="none"
      role="img"
      aria-label="Where in the run calls differ; the list below tells them one by one"
      onClick={(event) => {
        const { left, width } = event.currentTarget.getBoundingClientRect();
        goTo(((event.clientX - left) / Math.max(1, width)) * (length + 1));
      }}
    >
      {bars.map((height, at) => height > 0 && <rect key={at} x={at} width={0.9} y={1 - height} height={height} />)}
      <line x1={here} x2={here} y1={0} y2={1} vector-effect="non-scaling-stroke" />
    </svg>
  );
}
