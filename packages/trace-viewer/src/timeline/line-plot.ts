import { count } from '@heaplay/replay';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { AXIS_WIDTH } from './measures.ts';
import { DASHES, faded } from './palette.ts';
import type { Palette } from './palette.ts';
import { memory } from './track-specs.ts';
import type { TrackLine } from './track-specs.ts';

/** What a plot of lines shows. */
export interface LinePicture {
  /** Places of the samples along the axis. */
  readonly places: Float64Array;
  readonly lines: readonly TrackLine[];
  readonly begin: number;
  readonly end: number;
  /** Does the plot begin at zero, or at the least of what is seen? */
  readonly fromZero: boolean;
}

const POWERS: number[] = Array.from({ length: 40 }, (_, power) => 2 ** power);

/** Pages as memory; as their number where memory would read the same. */
function labelsOf(splits: readonly number[]): string[] {
  const told = splits.map((pages) => memory(Math.round(pages)));
  return new Set(told).size === told.length ? told : splits.map((pages) => count(Math.round(pages)));
}

/** Lines over the axis, with their own scale at the left. */
export class LinePlot {
  private readonly plot: uPlot;
  private picture: LinePicture;
  private palette: Palette;

  constructor(place: HTMLElement, picture: LinePicture, palette: Palette, width: number, height: number) {
    this.picture = picture;
    this.palette = palette;
    const shaded = picture.lines.some(({ lowest }) => lowest !== undefined);
    this.plot = new uPlot(
      {
        width,
        height,
        padding: [8, 0, 7, 0],
        cursor: { show: false },
        legend: { show: false },
        scales: {
          x: { time: false, range: () => [this.picture.begin, this.picture.end] },
          y: { range: () => this.heightRange() },
        },
        axes: [{ show: false }, this.leftAxis()],
        series: [{}, ...picture.lines.flatMap((line, at) => this.seriesOf(line, at))],
        ...(shaded ? { bands: [{ series: [1, 2] as [number, number], fill: () => faded(this.colour(0), 0.35) }] } : {}),
      },
      this.data(),
      place,
    );
  }

  /** Draws something else: as many lines as before. */
  show(picture: LinePicture, palette: Palette, width: number, height: number): void {
    this.picture = picture;
    this.palette = palette;
    if (width !== this.plot.width || height !== this.plot.height) this.plot.setSize({ width, height });
    this.plot.setData(this.data());
  }

  /** Takes it off the page. */
  destroy(): void {
    this.plot.destroy();
  }

  private colour(line: number): string {
    const { series } = this.palette;
    return series[line % series.length] ?? this.palette.text;
  }

  private leftAxis(): uPlot.Axis {
    return {
      size: AXIS_WIDTH,
      gap: 4,
      font: '11px system-ui, sans-serif',
      space: 18,
      // Memory is counted in powers of two.
      incrs: POWERS,
      stroke: () => this.palette.quiet,
      grid: { stroke: () => faded(this.palette.line, 0.7), width: 1 },
      ticks: { show: false },
      border: { show: true, stroke: () => this.palette.line, width: 1 },
      values: (_, splits) => labelsOf(splits),
    };
  }

  private seriesOf({ lowest }: TrackLine, at: number): uPlot.Series[] {
    const stepped = uPlot.paths.stepped?.({ align: 1 });
    const shape = { points: { show: false }, ...(stepped === undefined ? {} : { paths: stepped }) };
    const dash = DASHES[at % DASHES.length] ?? [];
    const fill = (): string =>
      this.picture.lines.length === 1 && this.picture.fromZero ? faded(this.colour(at), 0.14) : 'transparent';
    const line: uPlot.Series = { ...shape, stroke: () => this.colour(at), width: 1.5, dash: [...dash] };
    if (lowest === undefined) return [{ ...line, fill }];
    // The line above a band has no fill of its own.
    return [line, { ...shape, stroke: () => faded(this.colour(at), 0.6), width: 1, fill }];
  }

  private data(): uPlot.AlignedData {
    const columns = this.picture.lines.flatMap(({ values, lowest }) =>
      lowest === undefined ? [values] : [values, lowest],
    );
    return [this.picture.places, ...columns] as unknown as uPlot.AlignedData;
  }

  private heightRange(): [number, number] {
    const { places, begin, end, lines, fromZero } = this.picture;
    let least = Infinity;
    let most = 0;
    for (const { values, lowest } of lines) {
      for (let at = 0; at < values.length; at++) {
        // A line goes on at the height of the sample before what is seen.
        if ((places[at + 1] ?? Infinity) < begin || (places[at] ?? 0) > end) continue;
        most = Math.max(most, values[at] ?? 0);
        least = Math.min(least, lowest?.[at] ?? values[at] ?? 0);
      }
    }
    if (fromZero || least === Infinity) return [0, Math.max(1, most * 1.06)];
    const room = Math.max(1, (most - least) * 0.08);
    return [Math.max(0, least - room), most + room];
  }
}
