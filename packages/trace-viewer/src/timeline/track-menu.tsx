import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { shownTracks } from './timeline-state.ts';
import { TRACK_IDS } from './track-ids.ts';
import type { TrackId } from './track-ids.ts';
import { TRACKS } from './track-specs.ts';

/** Which tracks are shown. */
export function TrackMenu(): JSX.Element {
  const details = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const close = (event: Event): void => {
      if (event.target instanceof Node && details.current?.contains(event.target) === false)
        details.current.open = false;
    };
    document.addEventListener('pointerdown', close);
    document.addEventListener('focusin', close);
    return () => {
      document.removeEventListener('pointerdown', close);
      document.removeEventListener('focusin', close);
    };
  }, []);
  const toggle = (id: TrackId, on: boolean): void => {
    shownTracks.value = TRACK_IDS.filter((one) => (one === id ? on : shownTracks.value.includes(one)));
  };
  return (
    <details
      class="track-menu"
      ref={details}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || details.current === null) return;
        event.stopPropagation();
        details.current.open = false;
        details.current.querySelector('summary')?.focus();
      }}
    >
      <summary>Tracks</summary>
      <fieldset>
        <legend class="hidden">Tracks that are shown</legend>
        {TRACK_IDS.map((id) => (
          <label key={id} title={TRACKS[id].what}>
            <input
              type="checkbox"
              checked={shownTracks.value.includes(id)}
              onChange={(event) => toggle(id, event.currentTarget.checked)}
            />{' '}
            {TRACKS[id].title}
          </label>
        ))}
      </fieldset>
    </details>
  );
}
