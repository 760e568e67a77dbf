import type { MfnRange } from '@heaplay/core';
import type { Signal } from '@preact/signals';
import { useEffect, useLayoutEffect, useMemo } from 'preact/hooks';
import type { JSX } from 'preact';
import type { RunSummary } from '../engine/run.ts';
import { MapLegend } from './map-legend.tsx';
import { MapStage } from './map-stage.tsx';
import { MapToolbar, titleOf } from './map-toolbar.tsx';
import { MapModel } from './map-model.ts';
import type { MapFields } from './map-fields.ts';
import type { RunMoment } from './map-handlers.ts';
import './map.css';

/** What a memory map shows. All of it may change at any time. */
export interface MemoryMapProps {
  /** Which map of the page it is: each has a name of its own. */
  readonly pane: string;
  /** What it is called for people. */
  readonly label: string;
  readonly run: RunSummary;
  /** The heap behind this record is shown. */
  readonly record: number;
  /** A moment that the scheme `difference` holds it against; without one there is no such scheme. */
  readonly against: RunMoment | null;
  /** Part, scheme, order, class: maps with the same fields move together. */
  readonly fields: MapFields;
  readonly pinned: Signal<number | null>;
  readonly hovered: Signal<number | null>;
  /** Frames that are pointed out. */
  readonly marked?: readonly MfnRange[];
  /** Without its own row of choices: another map's are for both. */
  readonly bare?: boolean;
}

/** The host's frames as a picture: to be zoomed and moved through, one run at one record. */
export function MemoryMap(props: MemoryMapProps): JSX.Element {
  const { pane, run, record, against, fields, pinned, hovered, marked, label, bare } = props;
  const model = useMemo(() => new MapModel(pane, fields, pinned, hovered), [pane, fields, pinned, hovered]);
  useEffect(() => model.start(), [model]);
  // At once: an effect would wait for a frame, and the picture for another one.
  useLayoutEffect(() => model.look(run, record, against, marked ?? []), [model, run, record, against, marked]);
  return (
    <div class="memory-map" data-title={`${label} · ${titleOf(fields)}`}>
      {bare !== true && <MapToolbar model={model} run={run} comparing={against !== null} />}
      <MapStage model={model} label={label} />
      <MapLegend model={model} />
    </div>
  );
}
