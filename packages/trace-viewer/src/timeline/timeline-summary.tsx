import { count } from '@heaplay/replay';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { debounceTime, filter } from 'rxjs';
import { observe } from '../state/observe.ts';
import { picture, valuesHere } from './pictures.ts';
import { playing } from './player.ts';
import { readingOf } from './reading.ts';
import { shownTracks } from './timeline-state.ts';
import { TRACKS } from './track-specs.ts';

/** Milliseconds at a record before it is told: who passes by is not to hear of each. */
const RESTING = 700;

/** What the tracks say at the record that is looked at, for those who do not see them. */
export function TimelineSummary(): JSX.Element {
  const told = useSignal('');
  useEffect(() => {
    const subscription = observe(summary)
      .pipe(
        debounceTime(RESTING),
        filter(() => !playing.peek()),
      )
      .subscribe((text) => (told.value = text));
    return () => subscription.unsubscribe();
  }, []);
  return (
    <p class="hidden" role="status" aria-label="Values at the record">
      {told.value}
    </p>
  );
}

function summary(): string {
  const { value: here } = valuesHere;
  const samples = picture.value?.samples;
  if (here === null || samples === undefined) return '';
  const reading = readingOf(here);
  const lives = picture.value?.lives ?? [];
  const parts = shownTracks.value.flatMap((id) => {
    const { title, brief, values } = TRACKS[id];
    const said = values(reading, samples).map(({ name, text }) => `${name} ${text}`.trim());
    const all = brief === undefined ? said : [brief(reading, lives), ...said];
    return all.length === 0 ? [] : [`${title}: ${all.join(', ')}`];
  });
  return `Record ${count(here.record)}. ${parts.join('. ')}`;
}
