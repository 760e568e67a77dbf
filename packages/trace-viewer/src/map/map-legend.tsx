import { useSignal } from '@preact/signals';
import { count, size } from '@heaplay/replay';
import { PAGE_SIZE } from '@heaplay/core';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import type { MapAnswer } from './map-handlers.ts';
import type { MapModel } from './map-model.ts';
import { classColour, cssColour, inkUpon } from './palette.ts';
import { patternImage } from './pattern-image.ts';
import { describeClass } from './schemes/all-schemes.ts';

/** Entries that are shown before somebody asks for more. */
const FEW = 16;

/** The classes that a map shows: colour and pattern, pages and share in the machine and in sight. One can be looked at alone. */
export function MapLegend({ model }: { readonly model: MapModel }): JSX.Element | null {
  const all = useSignal(false);
  const room = useRef({ of: '', entries: 0 });
  const { value: answer } = model.answer;
  if (answer === null) return null;
  const { machine, seen, question } = answer;
  const total = machine.reduce((sum, [, frames]) => sum + frames, 0);
  const inSight = new Map(seen);
  const totalSeen = seen.reduce((sum, [, frames]) => sum + frames, 0);
  const shown = all.value ? machine : mostOf(machine, FEW);
  const entries = heldRoom(room.current, `${question.runId} ${question.scheme} ${all.value}`, shown.length, model);
  return (
    <div
      class="map-legend"
      role="group"
      aria-label="Legend: pages by class. A class that is pressed is looked at alone."
    >
      {shown.map(([id, frames]) => (
        <LegendEntry
          key={`${answer.question.scheme} ${id}`}
          model={model}
          answer={answer}
          id={id}
          frames={frames}
          total={total}
          seen={model.fits.value ? null : [inSight.get(id) ?? 0, totalSeen]}
        />
      ))}
      {Array.from({ length: entries - shown.length }, (_, at) => (
        <span key={`room ${at}`} class="map-class-room" aria-hidden="true" />
      ))}
      {machine.length > FEW && (
        <button type="button" class="map-more" aria-expanded={all.value} onClick={() => (all.value = !all.value)}>
          {all.value ? 'Fewer' : `${count(machine.length - FEW)} more`}
        </button>
      )}
    </div>
  );
}

/**
 * Entries to keep room for: as many as there were before in the same legend. The map would be another size with each row
 * of classes that comes and goes, and be painted once more.
 */
function heldRoom(room: { of: string; entries: number }, of: string, entries: number, model: MapModel): number {
  const isGrowing = model.looked.value?.run.growing === true;
  room.entries = room.of === of && !isGrowing ? Math.max(room.entries, entries) : entries;
  room.of = of;
  return room.entries;
}

function LegendEntry(props: {
  readonly model: MapModel;
  readonly answer: MapAnswer;
  readonly id: number;
  readonly frames: number;
  readonly total: number;
  readonly seen: readonly [frames: number, total: number] | null;
}): JSX.Element {
  const { model, answer, id, frames, total, seen } = props;
  const { question, callers } = answer;
  const { highlight } = model.fields;
  const described = describeClass(question.scheme, id, { callers });
  const colour = classColour(described, question.palette, false);
  const isAlone = highlight.value === id;
  return (
    <button
      type="button"
      class="map-class"
      aria-pressed={isAlone}
      title={`${count(frames)} pages, ${size(frames * PAGE_SIZE)}`}
      onClick={() => (highlight.value = isAlone ? null : id)}
    >
      <span
        class="map-swatch"
        data-dots={described.pattern === 'dots' ? '' : undefined}
        style={{
          backgroundColor: cssColour(colour),
          backgroundImage: patternImage(described.pattern, inkUpon(colour)),
        }}
      />
      <span class="map-class-name">{described.label}</span>
      <span class="map-class-count" data-class={id} data-frames={frames}>
        {count(frames)} <span class="map-share">{share(frames, total)}</span>
      </span>
      {seen !== null && (
        <span class="map-class-seen" data-seen={seen[0]}>
          in view {count(seen[0])} <span class="map-share">{share(seen[0], seen[1])}</span>
        </span>
      )}
    </button>
  );
}

function share(part: number, whole: number): string {
  if (whole === 0) return '0%';
  const percent = (100 * part) / whole;
  return percent > 0 && percent < 0.1 ? '<0.1%' : `${percent.toFixed(1)}%`;
}

/** The entries with the most frames, in the order in which they were. */
function mostOf(entries: MapAnswer['machine'], most: number): MapAnswer['machine'] {
  if (entries.length <= most) return entries;
  const least = entries.map(([, frames]) => frames).toSorted((a, b) => b - a)[most - 1] ?? 0;
  return entries.filter(([, frames]) => frames >= least).slice(0, most);
}
