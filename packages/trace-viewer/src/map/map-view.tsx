import type { JSX } from 'preact';
import { hoveredFrame, pinnedFrame, record } from '../state/cursor.ts';
import { run } from '../state/runs.ts';
import { mapFields, markedFrames } from './map-fields.ts';
import { MemoryMap } from './memory-map.tsx';

/** The map of the run that is looked at, behind the record that is looked at. */
export function MapView(): JSX.Element | null {
  const { value: here } = run;
  if (here === undefined) return null;
  return (
    <section class="map" id="map" aria-label="Memory map">
      <MemoryMap
        pane="main"
        label="Memory map"
        run={here}
        record={record.value}
        against={null}
        fields={mapFields}
        pinned={pinnedFrame}
        hovered={hoveredFrame}
        marked={markedFrames.value}
      />
    </section>
  );
}
