import { count } from '@heaplay/replay';
import { useComputed } from '@preact/signals';
import type { JSX } from 'preact';
import { DifferenceTrack } from '../compare/difference-track.tsx';
import { record } from '../state/cursor.ts';
import { run } from '../state/runs.ts';
import { ticksBetween } from './axis.ts';
import { duration } from './durations.ts';
import { AXIS_WIDTH, GUTTER_WIDTH } from './measures.ts';
import { Overlay } from './overlay.tsx';
import { picture, valuesHere } from './pictures.ts';
import { readingAt, readingOf } from './reading.ts';
import { onTrackKey } from './timeline-keys.ts';
import { hoveredRecord, scale, shownTracks } from './timeline-state.ts';
import { TrackLegend } from './track-legend.tsx';
import { TRACKS } from './track-specs.ts';
import { TrackView } from './track-view.tsx';
import { useWidth } from './use-width.ts';

/** Pixels that what stands at a tick may need: nearer to the end it stands to the left. */
const LAST_TICK = 56;

/** The tracks, one below the other, over one axis. */
export function TrackStack(): JSX.Element {
  const { box, width } = useWidth<HTMLDivElement>();
  const plotWidth = useComputed(() => Math.max(0, width.value - GUTTER_WIDTH));
  const ids = shownTracks.value;
  // What a pointer is over, else what is looked at.
  const reading = useComputed(() => {
    const drawn = picture.value?.samples;
    if (drawn === undefined) return undefined;
    if (hoveredRecord.value !== null) return readingAt(drawn, hoveredRecord.value);
    return valuesHere.value === null ? undefined : readingOf(valuesHere.value);
  });
  return (
    <div
      class="tracks"
      role="group"
      aria-label="Tracks"
      aria-describedby="tracks-hint"
      tabIndex={0}
      onKeyDown={onTrackKey}
    >
      <p id="tracks-hint" class="hidden">
        Arrow keys go from record to record, plus and minus zoom, Escape shows the whole run, question mark lists all
        keys.
      </p>
      <div class="track-list" ref={box}>
        <Ruler width={plotWidth.value} />
        <DifferenceTrack width={plotWidth} />
        {ids.length === 0 && <p class="no-tracks">No track is shown: choose some under “Tracks”.</p>}
        {ids.map((id) => (
          <section class="track" key={id} aria-label={TRACKS[id].title}>
            <TrackLegend spec={TRACKS[id]} reading={reading} />
            <TrackView spec={TRACKS[id]} width={plotWidth} />
          </section>
        ))}
        {picture.value === null && <p class="drawing">Drawing the run…</p>}
        <Overlay width={plotWidth} />
      </div>
    </div>
  );
}

function Ruler({ width }: { readonly width: number }): JSX.Element {
  const { axis, begin, end } = scale.value;
  const plot = Math.max(0, width - AXIS_WIDTH);
  const { step, places } = ticksBetween(begin, end, Math.max(1, Math.floor(plot / 96)));
  return (
    <div class="ruler">
      <ReadAt />
      <span class="unit">{axis === 'time' ? 'time' : 'record'}</span>
      {places.map((place) => (
        <span
          class={(1 - scale.value.share(place)) * plot < LAST_TICK ? 'tick at-end' : 'tick'}
          key={place}
          style={{ left: `${GUTTER_WIDTH + AXIS_WIDTH + scale.value.share(place) * plot}px` }}
        >
          {axis === 'time' ? duration(place, step) : count(place)}
        </span>
      ))}
    </div>
  );
}

/** Which record the values beside the tracks are of. */
function ReadAt(): JSX.Element {
  const hovered = hoveredRecord.value;
  const samples = picture.value?.samples;
  const at = hovered === null || samples === undefined ? undefined : readingAt(samples, hovered)?.record;
  return (
    <span class="read-at">
      {run.value?.growing === true ? 'so far, ' : ''}
      {at === undefined ? `at ${count(record.value)}` : `hover: at ${count(at)}`}
    </span>
  );
}
