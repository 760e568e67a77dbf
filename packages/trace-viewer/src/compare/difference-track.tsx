import { count } from '@heaplay/replay';
import type { ReadonlySignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { runId } from '../state/runs.ts';
import { AXIS_WIDTH } from '../timeline/measures.ts';
import { scale } from '../timeline/timeline-state.ts';
import { comparison } from './compare-state.ts';
import type { RunDiff } from './compare-handlers.ts';
import { differenceMarks } from './difference-marks.ts';
import type { DifferenceMarks } from './difference-marks.ts';
import { besideInA } from './difference-places.ts';
import './difference-track.css';

/** Pixels of a row, of the flag above the first one, and of a part. */
const ROW = 14;
const FLAG = 12;
const PART = 3;

/** Where the two runs differ that are compared, as a track of the timeline: nothing while none are. */
export function DifferenceTrack({ width }: { readonly width: ReadonlySignal<number> }): JSX.Element | null {
  const { value } = comparison;
  const diff = value === null || value.a.id !== runId.value ? null : value.diff;
  if (diff === null) return null;
  return <Marks diff={diff} width={width.value} />;
}

function Marks({ diff, width }: { readonly diff: RunDiff; readonly width: number }): JSX.Element {
  const plot = Math.max(0, width - AXIS_WIDTH);
  const { value: axis } = scale;
  const parts = Math.max(1, Math.floor(plot / PART));
  const rows = useMemo(() => differenceMarks(diff, axis, parts), [diff, axis, parts]);
  const { firstDivergence } = diff.result;
  const first = firstDivergence === null ? null : besideInA(diff, firstDivergence.record);
  const share = first === null ? -1 : axis.share(axis.placeOf(first));
  const height = FLAG + Math.max(1, rows.length) * ROW;
  const told = rows.map(({ name, calls }) => `${name}: ${count(calls)}`).join(', ');
  return (
    <section class="track difference-track" aria-label="Differences of A and B">
      <div class="legend" title="Where calls come out otherwise in B than in A">
        <h3>Differences</h3>
        {rows.length === 0 ? <span>none</span> : <span>{first !== null && `first at ${count(first)}`}</span>}
      </div>
      <svg
        class="plot"
        width={width}
        height={height}
        role="img"
        aria-label={rows.length === 0 ? 'No call differs' : `First at record ${count(first ?? 0)}; ${told}`}
      >
        {rows.map((row, at) => (
          <Row key={row.name} row={row} top={FLAG + at * ROW} part={plot / parts} width={width} />
        ))}
        {share >= 0 && share <= 1 && (
          <path
            class="first-mark"
            data-record={first}
            transform={`translate(${AXIS_WIDTH + share * plot} 0)`}
            // A flag to the left where there is no room to the right of it.
            d={`M0 ${height}V1h${share * plot > plot - 12 ? -9 : 9}l-3 3.5 3 3.5H0`}
          />
        )}
      </svg>
    </section>
  );
}

/** What has other frames is a bar, the higher the more; what fails is a triangle, what differs otherwise a dot. */
function Row(props: {
  readonly row: DifferenceMarks;
  readonly top: number;
  readonly part: number;
  readonly width: number;
}): JSX.Element {
  const { row, top, part, width } = props;
  const { name, calls, inPart } = row;
  const most = inPart.reduce((a, b) => Math.max(a, b), 1);
  let path = '';
  inPart.forEach((here, at) => {
    if (here === 0) return;
    const middle = (AXIS_WIDTH + (at + 0.5) * part).toFixed(1);
    const high = Math.max(2, Math.sqrt(here / most) * (ROW - 3));
    if (name === 'moved') path += `M${(AXIS_WIDTH + at * part).toFixed(1)} ${top + ROW - 1}v${-high}h${part}v${high}z`;
    else if (name === 'failed') path += `M${middle} ${top + 2}l5 9h-10z`;
    else path += `M${middle} ${top + 3}a4 4 0 1 1 -.01 0z`;
  });
  return (
    <g class={`difference-${name}`}>
      <line class="row-line" x1={AXIS_WIDTH} x2={width} y1={top + ROW - 0.5} y2={top + ROW - 0.5} />
      <text x={AXIS_WIDTH - 5} y={top + ROW / 2}>
        {name} {count(calls)}
      </text>
      <path d={path} />
    </g>
  );
}
