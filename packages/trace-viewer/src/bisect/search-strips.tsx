import { count, plural } from '@heaplay/replay';
import type { Stretches } from '@heaplay/replay';
import type { JSX } from 'preact';
import { goTo, record } from '../state/cursor.ts';
import type { Probed } from './bisect-handlers.ts';

const WIDTH = 1000;
const ROW = 16;

/** Every moment that was looked at, one below the other, and the part of the run that was left behind it. */
export function NarrowingStrip(props: { readonly probes: readonly Probed[]; readonly length: number }): JSX.Element {
  const { probes, length } = props;
  const share = (at: number): number => (Math.max(0, at) / Math.max(1, length)) * 100;
  return (
    <section aria-label="How it was found">
      <h2>How it was narrowed down</h2>
      <p class="bisect-key" aria-hidden="true">
        <span class="probe good" /> does not hold <span class="probe bad" /> holds <span class="left-key" /> what is
        left
      </p>
      <ol class="narrowing" aria-label="Moments that were looked at">
        {probes.map(({ record: at, holds, left: [good, bad] }, index) => (
          <li key={index}>
            <button
              type="button"
              title={`Go to record ${count(at)}`}
              aria-label={`${at === 0 ? 'Power-on' : `Record ${count(at)}`}: ${holds ? 'holds' : 'does not hold'}; left: behind ${count(Math.max(0, good))}, up to ${count(bad)}`}
              aria-pressed={record.value === at}
              onClick={() => goTo(at)}
            >
              <span class="narrowing-record">{count(at)}</span>
              <span class="narrowing-track">
                <span
                  class="left"
                  style={{ left: `${share(good)}%`, width: `max(2px, ${share(bad) - share(good)}%)` }}
                />
                <span class={holds ? 'probe bad' : 'probe good'} style={{ left: `${share(at)}%` }} />
              </span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Most stretches that are listed. */
const LISTED = 50;

/** Where in the run a condition holds. */
export function StretchStrip(props: { readonly stretches: Stretches; readonly length: number }): JSX.Element | null {
  const { stretches, length } = props;
  if (stretches.count === 0) return null;
  const x = (at: number): number => (at / (length + 1)) * WIDTH;
  const listed = stretches.told.slice(0, LISTED);
  return (
    <section aria-label="Where it holds">
      <h2>Where it holds</h2>
      <svg
        class="stretches"
        viewBox={`0 0 ${WIDTH} ${ROW}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`It holds in ${plural(stretches.count, 'stretch', 'stretches')} of the run`}
      >
        {stretches.told.map(([first, last]) => (
          <rect key={first} x={x(first)} width={Math.max(1.5, x(last + 1) - x(first))} y={0} height={ROW} />
        ))}
      </svg>
      <ol class="stretch-list">
        {listed.map(([first, last]) => (
          <li key={first}>
            <button type="button" aria-pressed={record.value === first} onClick={() => goTo(first)}>
              {first === last ? count(first) : `${count(first)} – ${count(last)}`}
            </button>
          </li>
        ))}
      </ol>
      {stretches.count > listed.length && (
        <p class="bisect-quiet">and {plural(stretches.count - listed.length, 'stretch', 'stretches')} more</p>
      )}
    </section>
  );
}
