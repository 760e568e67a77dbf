import type { ReadonlySignal } from '@preact/signals';
import type { JSX } from 'preact';
import { DASHES } from './palette.ts';
import { picture } from './pictures.ts';
import type { Reading } from './reading.ts';
import type { TrackSpec } from './track-specs.ts';

/** The name of a track, and what it says at the record that is read. */
export function TrackLegend(props: {
  readonly spec: TrackSpec;
  readonly reading: ReadonlySignal<Reading | undefined>;
}): JSX.Element {
  const { spec, reading } = props;
  const drawn = picture.value;
  const { value: here } = reading;
  const values = drawn === null || here === undefined ? [] : spec.values(here, drawn.samples);
  return (
    <div class="legend" title={spec.what}>
      <h3>{spec.title}</h3>
      {here !== undefined && <span>{spec.brief?.(here, drawn?.lives ?? [])}</span>}
      <ul>
        {values.map(({ name, text, line }) => (
          <li key={name}>
            {line !== undefined && <Sample line={line} />}
            <span class="name">{name}</span> <span class="value">{text}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** A piece of a line, as it is drawn. */
function Sample({ line }: { readonly line: number }): JSX.Element {
  return (
    <svg class={`sample series-${(line % 6) + 1}`} width="20" height="8" aria-hidden="true">
      <line
        x1="0"
        x2="20"
        y1="4"
        y2="4"
        stroke="currentColor"
        stroke-width="2"
        stroke-dasharray={DASHES[line % 6]?.join(' ')}
      />
    </svg>
  );
}
