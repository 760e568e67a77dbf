import { useSignalEffect } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import {
  paintCalls,
  paintDomains,
  paintFailures,
  paintRows,
  CALL_ROW,
  HEAT_ROW,
  ROWS_TOP,
  groupsIn,
  lanesOf,
} from './canvas-painters.ts';
import type { Canvas } from './canvas-painters.ts';
import { LinePlot } from './line-plot.ts';
import type { LinePicture } from './line-plot.ts';
import { palette } from './palette.ts';
import { picture } from './pictures.ts';
import type { RunPicture } from './run-picture.ts';
import { brushed, scale } from './timeline-state.ts';
import type { TrackSpec } from './track-specs.ts';

/** Lanes of domains that are drawn. */
const LANES = 24;

/** What a track looks like: over `width` pixels, the axis at its left among them. */
export function TrackView(props: { readonly spec: TrackSpec; readonly width: ReadonlySignal<number> }): JSX.Element {
  const { spec, width } = props;
  if (spec.kind === 'lines') return <Lines spec={spec} width={width} />;
  return <Painted spec={spec} width={width} />;
}

const LINE_HEIGHT = 72;

function Lines(props: {
  readonly spec: TrackSpec & { readonly kind: 'lines' };
  readonly width: ReadonlySignal<number>;
}): JSX.Element {
  const { spec, width } = props;
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<{ readonly key: string; readonly plot: LinePlot } | null>(null);
  useSignalEffect(() => {
    const { value: drawn } = picture;
    const { value: colours } = palette;
    if (box.current === null || drawn === null || width.value === 0) return;
    const shown = linePicture(spec, drawn);
    const key = shown.lines.map(({ name }) => name).join('|');
    if (plot.current?.key === key) plot.current.plot.show(shown, colours, width.value, LINE_HEIGHT);
    else {
      plot.current?.plot.destroy();
      plot.current = { key, plot: new LinePlot(box.current, shown, colours, width.value, LINE_HEIGHT) };
    }
  });
  useEffect(() => () => plot.current?.plot.destroy(), []);
  return (
    <div
      class="plot"
      ref={box}
      role="img"
      aria-label={`${spec.title}: ${spec.what}`}
      style={{ height: `${LINE_HEIGHT}px` }}
    />
  );
}

function linePicture(spec: TrackSpec & { readonly kind: 'lines' }, drawn: RunPicture): LinePicture {
  const { begin, end } = scale.value;
  return { places: placesOf(drawn), lines: spec.lines(drawn.samples), begin, end, fromZero: brushed.value === null };
}

/** Where the samples lie along the axis that is shown, whichever they were taken along. */
function placesOf({ samples }: RunPicture): Float64Array {
  return scale.value.axis === 'records' ? samples.records : samples.at;
}

function Painted(props: { readonly spec: TrackSpec; readonly width: ReadonlySignal<number> }): JSX.Element {
  const { spec, width } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  useSignalEffect(() => {
    const { value: drawn } = picture;
    const frame = { palette: palette.value, scale: scale.value, width: width.value };
    if (canvas.current === null || drawn === null || frame.width === 0) return;
    const { height, paint } = painter(spec, drawn);
    const { current } = canvas;
    current.width = Math.round(frame.width * devicePixelRatio);
    current.height = Math.round(height * devicePixelRatio);
    current.style.width = `${frame.width}px`;
    current.style.height = `${height}px`;
    const context = current.getContext('2d');
    if (context === null) return;
    context.scale(devicePixelRatio, devicePixelRatio);
    paint({ context, height, ...frame });
  });
  return <canvas class="plot" ref={canvas} role="img" aria-label={`${spec.title}: ${spec.what}`} />;
}

interface Painter {
  readonly height: number;
  readonly paint: (canvas: Canvas) => void;
}

function painter(spec: TrackSpec, drawn: RunPicture): Painter {
  switch (spec.kind) {
    case 'rows': {
      const rows = spec.rows(drawn.samples);
      const places = placesOf(drawn);
      return {
        height: Math.max(1, rows.length) * HEAT_ROW + 2 * ROWS_TOP,
        paint: (canvas) => paintRows(canvas, rows, places),
      };
    }
    case 'calls':
      return {
        height: Math.max(1, groupsIn(drawn).length) * CALL_ROW + 2,
        paint: (canvas) => paintCalls(canvas, drawn),
      };
    case 'domains': {
      const lanes = lanesOf(drawn.lives);
      const laneHeight = lanes.length <= 6 ? 16 : lanes.length <= 12 ? 12 : 6;
      const shown = lanes.slice(0, LANES);
      return {
        height: Math.max(1, shown.length) * laneHeight + 2,
        paint: (canvas) => paintDomains(canvas, shown, laneHeight),
      };
    }
    default:
      return { height: 24, paint: (canvas) => paintFailures(canvas, drawn) };
  }
}
