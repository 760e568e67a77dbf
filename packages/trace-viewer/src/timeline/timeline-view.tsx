import type { JSX } from 'preact';
import { goTo, record } from '../state/cursor.ts';
import { run } from '../state/runs.ts';

/** Where in the run: a scrubber over its records. */
export function TimelineView(): JSX.Element {
  return (
    <section class="timeline" aria-label="Timeline">
      <input
        type="range"
        aria-label="Record"
        min={0}
        max={run.value?.length ?? 0}
        value={record.value}
        onInput={(event) => goTo(event.currentTarget.valueAsNumber)}
      />
    </section>
  );
}
