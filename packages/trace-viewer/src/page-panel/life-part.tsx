import { count, plural } from '@heaplay/replay';
import type { JSX } from 'preact';
import { record } from '../state/cursor.ts';
import { run } from '../state/runs.ts';
import { goIntoSight } from '../timeline/jump.ts';
import { LifeList, eventBefore } from './life-list.tsx';
import { LifeStrip } from './life-strip.tsx';
import type { PageLife } from './page-handlers.ts';
import type { RunningLife } from './use-life.ts';

/** The place of the last event up to a record. */
export function eventAt({ records }: PageLife, wanted: number): number {
  let low = 0;
  let high = records.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((records[middle] as number) <= wanted) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The whole life of a page: along the records, and event by event. */
export function LifePart({
  mfn,
  ram,
  work,
}: {
  readonly mfn: number;
  readonly ram: boolean;
  readonly work: RunningLife;
}): JSX.Element {
  const { life, failure } = work.search.value;
  const shown = life !== null && life.mfn === mfn ? life : null;
  return (
    <section class="page-life" aria-label="Its life">
      {shown === null ? (
        <>
          <div class="life-head">
            <h3>Life</h3>
          </div>
          {failure === null && <LifeProgressLine work={work} />}
        </>
      ) : (
        <KnownLife life={shown} ram={ram} work={work} />
      )}
      {failure !== null && (
        <p role="alert" class="life-state">
          {failure}
        </p>
      )}
    </section>
  );
}

function KnownLife(props: { readonly life: PageLife; readonly ram: boolean; readonly work: RunningLife }): JSX.Element {
  const { life, ram, work } = props;
  const { records, known } = life;
  const length = run.value?.length ?? known;
  const { value: here } = record;
  const at = eventAt(life, here);
  const behind = here - (records[at] as number);
  const go = (to: number): void => goIntoSight(records[to] as number);
  const before = eventBefore(life, at, here);
  return (
    <>
      <div class="life-head">
        <h3>Life</h3>
        <span class="life-where">
          {records.length === 1
            ? 'nothing happened to it in this run'
            : `event ${count(at)} of ${count(records.length - 1)}${behind > 0 ? `, ${plural(behind, 'record')} ago` : ''}`}
        </span>
        <button
          type="button"
          aria-label="Previous event"
          title="Previous event (F)"
          disabled={before < 0}
          onClick={() => go(before)}
        >
          ‹
        </button>
        <button
          type="button"
          aria-label="Next event"
          title="Next event (f)"
          disabled={at + 1 >= records.length}
          onClick={() => go(at + 1)}
        >
          ›
        </button>
      </div>
      {known < length && <LifeProgressLine work={work} known={known} />}
      <LifeStrip life={life} length={length} ram={ram} />
      <LifeList life={life} at={at} ram={ram} go={go} />
    </>
  );
}

/** How far the search is; it can be stopped, and gone on with. */
function LifeProgressLine({ work, known }: { readonly work: RunningLife; readonly known?: number }): JSX.Element {
  const { running, progress } = work.search.value;
  const length = run.value?.length ?? 0;
  const done = progress?.done ?? known ?? 0;
  if (!running) {
    return (
      <p class="life-state">
        {known === undefined
          ? `Stopped at record ${count(done)} of ${count(length)}.`
          : `Known up to record ${count(known)}.`}{' '}
        <button type="button" onClick={() => work.resume()}>
          Go on
        </button>
      </p>
    );
  }
  return (
    <p class="life-state busy">
      <label>
        Looking at record {count(done)} of {count(progress?.of ?? length)}{' '}
        <progress max={progress?.of ?? length} value={done} />
      </label>
      <button type="button" onClick={() => work.stop()}>
        Cancel
      </button>
    </p>
  );
}
