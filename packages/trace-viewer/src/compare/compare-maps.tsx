import { count } from '@heaplay/replay';
import type { JSX } from 'preact';
import type { RunSummary } from '../engine/run.ts';
import { mapFields, markedFrames } from '../map/map-fields.ts';
import { MemoryMap } from '../map/memory-map.tsx';
import { hoveredFrame, pinnedFrame, record } from '../state/cursor.ts';
import { comparison, mapSides, recordOfB } from './compare-state.ts';
import type { MapSides } from './compare-state.ts';
import './compare-maps.css';

type Choice = MapSides | 'difference';

const CHOICES: readonly (readonly [Choice, string])[] = [
  ['both', 'A and B'],
  ['a', 'A'],
  ['b', 'B'],
  ['difference', 'Difference'],
];

let schemeBefore = mapFields.scheme.peek();

/** The heaps of two runs side by side, in step; or one of them; or in what they differ. */
export function CompareMaps(): JSX.Element | null {
  const { value } = comparison;
  const { a, b } = value ?? { a: null, b: null };
  if (a === null || b === null) return null;
  const [inA, inB] = [
    { runId: a.id, record: record.value },
    { runId: b.id, record: recordOfB.value },
  ];
  const { value: sides } = mapSides;
  const common = { fields: mapFields, pinned: pinnedFrame, hovered: hoveredFrame, marked: markedFrames.value };
  return (
    <section class={`map compare-maps ${sides}`} id="map" aria-label="Memory maps">
      <SidesChoice />
      {sides !== 'b' && (
        <>
          <Caption side="A" run={a} record={inA.record} />
          <MemoryMap pane="main" label="Memory map of A" run={a} record={inA.record} against={inB} {...common} />
        </>
      )}
      {sides !== 'a' && (
        <>
          <Caption side="B" run={b} record={inB.record} />
          <MemoryMap
            pane="other"
            label="Memory map of B"
            run={b}
            record={inB.record}
            against={inA}
            bare={sides === 'both'}
            {...common}
          />
        </>
      )}
    </section>
  );
}

function SidesChoice(): JSX.Element {
  const isDifference = mapFields.scheme.value === 'difference' && mapSides.value === 'a';
  const current: Choice = isDifference ? 'difference' : mapSides.value;
  const choose = (choice: Choice): void => {
    const { scheme, highlight } = mapFields;
    highlight.value = null;
    if (choice === 'difference') {
      if (scheme.peek() !== 'difference') schemeBefore = scheme.peek();
      mapSides.value = 'a';
      scheme.value = 'difference';
      return;
    }
    mapSides.value = choice;
    if (scheme.peek() === 'difference') scheme.value = schemeBefore === 'difference' ? 'state' : schemeBefore;
  };
  return (
    <div class="sides" role="group" aria-label="Heaps that are shown">
      {CHOICES.map(([choice, title]) => (
        <button key={choice} type="button" aria-pressed={choice === current} onClick={() => choose(choice)}>
          {title}
        </button>
      ))}
    </div>
  );
}

function Caption(props: { readonly side: 'A' | 'B'; readonly run: RunSummary; readonly record: number }): JSX.Element {
  const { side, run, record: at } = props;
  return (
    <p class={`side-caption side-${side.toLowerCase()}`} title={run.name}>
      <strong>{side}</strong> <span class="side-name">{run.derived?.change ?? run.name}</span>{' '}
      <span class="side-record">record {count(at)}</span>
    </p>
  );
}
