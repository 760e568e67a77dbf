import type { DomainLife } from '@heaplay/replay';
import { CALL_GROUPS } from './call-groups.ts';
import type { RunScale } from './axis.ts';
import { AXIS_WIDTH } from './measures.ts';
import { faded } from './palette.ts';
import type { Palette } from './palette.ts';
import type { RunPicture } from './run-picture.ts';
import type { TrackRow } from './track-specs.ts';

/** Where and with what a track is painted: `width` and `height` in CSS pixels, the left axis among them. */
export interface Canvas {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
  readonly palette: Palette;
  readonly scale: RunScale;
}

/** Pixels of a row of calls. */
export const CALL_ROW = 12;

/** Pixels of a row where the darker means more. */
export const HEAT_ROW = 8;

/** Pixels above the first row: its name is higher than it. */
export const ROWS_TOP = 3;

/** Where a place lies. */
function x({ width, scale }: Canvas, place: number): number {
  return AXIS_WIDTH + scale.share(place) * (width - AXIS_WIDTH);
}

function clipToPlot(canvas: Canvas): void {
  const { context, width, height } = canvas;
  context.beginPath();
  context.rect(AXIS_WIDTH, 0, width - AXIS_WIDTH, height);
  context.clip();
}

function label({ context, palette }: Canvas, text: string, y: number): void {
  context.fillStyle = palette.quiet;
  context.font = '10px system-ui, sans-serif';
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  context.fillText(text, AXIS_WIDTH - 5, y);
}

/** Rows, the last one on top: the darker, the more pages, on a logarithmic scale. */
export function paintRows(canvas: Canvas, rows: readonly TrackRow[], places: Float64Array): void {
  const { context, palette } = canvas;
  const most = Math.max(1, ...rows.map(({ values }) => values.reduce((a, b) => Math.max(a, b), 0)));
  rows.forEach(({ name }, at) => {
    if ((rows.length - 1 - at) % 2 === 0) label(canvas, name, ROWS_TOP + (rows.length - 1 - at + 0.5) * HEAT_ROW);
  });
  context.save();
  clipToPlot(canvas);
  rows.forEach(({ values }, at) => {
    const top = ROWS_TOP + (rows.length - 1 - at) * HEAT_ROW;
    for (let sample = 0; sample < places.length; sample++) {
      const pages = values[sample] ?? 0;
      if (pages === 0) continue;
      const left = x(canvas, places[sample] ?? 0);
      // Samples of one height are one piece: there would be seams between them.
      while (sample + 1 < places.length && values[sample + 1] === pages) sample++;
      const right = sample + 1 < places.length ? x(canvas, places[sample + 1] ?? 0) : canvas.width;
      context.fillStyle = faded(
        palette.series[0] ?? palette.text,
        0.12 + 0.88 * (Math.log1p(pages) / Math.log1p(most)),
      );
      context.fillRect(left, top, Math.max(right - left, 1), HEAT_ROW - 1);
    }
  });
  context.restore();
}

/** A triangle for each part that has failures, the larger the more. */
export function paintFailures(canvas: Canvas, { failures }: RunPicture): void {
  const { context, palette, height } = canvas;
  context.save();
  clipToPlot(canvas);
  context.fillStyle = palette.bad;
  for (const { record, count } of failures) {
    const middle = x(canvas, canvas.scale.placeOf(record));
    const half = Math.min(7, 3.5 + Math.log2(count));
    context.beginPath();
    context.moveTo(middle, height / 2 - half);
    context.lineTo(middle + half, height / 2 + half);
    context.lineTo(middle - half, height / 2 + half);
    context.fill();
  }
  context.restore();
}

/** The groups of calls that occur at all, as places in {@link CALL_GROUPS}. */
export function groupsIn({ calls }: RunPicture): readonly number[] {
  return calls.flatMap((row, group) => (row.some((inPart) => inPart > 0) ? [group] : []));
}

/** A row of bars for each kind of call that occurs. */
export function paintCalls(canvas: Canvas, picture: RunPicture): void {
  const { context, palette, scale } = canvas;
  const { edges, calls } = picture;
  const groups = groupsIn(picture);
  // A part of equal width may have a record more or less than its neighbour.
  const width = (part: number): number =>
    scale.axis === 'records' ? Math.max(1, (edges[part + 1] ?? 0) - (edges[part] ?? 0)) : 1;
  const rate = (group: number, part: number): number => (calls[group]?.[part] ?? 0) / width(part);
  let most = 0;
  for (const group of groups)
    for (let part = 0; part + 1 < edges.length; part++) most = Math.max(most, rate(group, part));
  groups.forEach((group, row) => label(canvas, CALL_GROUPS[group] ?? '', (row + 0.5) * CALL_ROW));
  context.save();
  clipToPlot(canvas);
  const parts = edges.length - 1;
  const begin = scale.placeOf(picture.from);
  const step = (scale.placeOf(picture.to) - begin) / parts;
  context.fillStyle = palette.series[5] ?? palette.text;
  groups.forEach((group, row) => {
    for (let part = 0; part < parts; part++) {
      const high = Math.sqrt(rate(group, part) / most) * (CALL_ROW - 2);
      if (high === 0) continue;
      const left = x(canvas, begin + part * step);
      const right = x(canvas, begin + (part + 1) * step);
      context.fillRect(
        left,
        (row + 1) * CALL_ROW - 1 - Math.max(high, 1),
        Math.max(right - left, 1),
        Math.max(high, 1),
      );
    }
  });
  context.fillStyle = faded(palette.line, 0.6);
  groups.forEach((_, row) => context.fillRect(AXIS_WIDTH, (row + 1) * CALL_ROW - 1, canvas.width - AXIS_WIDTH, 1));
  context.restore();
}

/** Bars in lanes, each with its domain's number where there is room. */
export function paintDomains(canvas: Canvas, lanes: readonly (readonly DomainLife[])[], laneHeight: number): void {
  const { context, palette, scale } = canvas;
  context.save();
  clipToPlot(canvas);
  context.font = '10px system-ui, sans-serif';
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  lanes.forEach((lane, row) => {
    const top = row * laneHeight + 1;
    const high = Math.max(2, laneHeight - 2);
    for (const { domain, created, killed, gone } of lane) {
      const left = x(canvas, scale.placeOf(created));
      const dies = killed === null ? canvas.width + 2 : x(canvas, scale.placeOf(killed));
      const end = killed === null ? dies : gone === null ? dies : x(canvas, scale.placeOf(gone));
      context.fillStyle = faded(palette.series[2] ?? palette.text, 0.3);
      context.fillRect(left, top, Math.max(end - left, 1.5), high);
      context.strokeStyle = palette.series[2] ?? palette.text;
      context.strokeRect(left + 0.5, top + 0.5, Math.max(end - left - 1, 1), high - 1);
      hatch(canvas, dies, end, top, high);
      if (laneHeight < 12 || end - Math.max(left, AXIS_WIDTH) < 24) continue;
      context.fillStyle = palette.text;
      context.fillText(`d${domain}`, Math.max(left, AXIS_WIDTH) + 4, top + high / 2 + 0.5);
    }
  });
  context.restore();
}

function hatch({ context, palette }: Canvas, left: number, right: number, top: number, high: number): void {
  if (right - left < 2) return;
  context.save();
  context.beginPath();
  context.rect(left, top, right - left, high);
  context.clip();
  context.beginPath();
  for (let at = left - high; at < right; at += 4) {
    context.moveTo(at, top + high);
    context.lineTo(at + high, top);
  }
  context.strokeStyle = palette.text;
  context.stroke();
  context.restore();
}

/** Domains that do not live at the same time share a lane; the earliest lane that is free is taken. */
export function lanesOf(lives: readonly DomainLife[]): DomainLife[][] {
  const lanes: { readonly lives: DomainLife[]; end: number }[] = [];
  for (const life of lives) {
    const end = life.gone ?? life.killed ?? Infinity;
    const lane = lanes.find((one) => one.end < life.created);
    if (lane === undefined) lanes.push({ lives: [life], end });
    else {
      lane.lives.push(life);
      lane.end = end;
    }
  }
  return lanes.map((lane) => lane.lives);
}
