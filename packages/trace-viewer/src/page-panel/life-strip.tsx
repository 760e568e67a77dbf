import { count } from '@heaplay/replay';
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { overlayColours } from '../map/overlay-colours.ts';
import { classColour, cssColour, inkUpon } from '../map/palette.ts';
import type { PaletteName } from '../map/palette.ts';
import { patternImage } from '../map/pattern-image.ts';
import { patternTile } from '../map/pattern-tile.ts';
import { record } from '../state/cursor.ts';
import { theme } from '../state/theme.ts';
import { goIntoSight } from '../timeline/jump.ts';
import { useWidth } from '../timeline/use-width.ts';
import { describeLife, drawLife } from './life-classes.ts';
import type { DrawnLife } from './life-classes.ts';
import type { PageLife } from './page-handlers.ts';

/** CSS pixels: of the strip, of the marks of events below it. */
const STRIP = 22;
const MARKS = 7;
const HEIGHT = STRIP + MARKS;
/** Classes that the legend names. */
const NAMED = 8;

/** A whole life along the records of the run: whose the page was, when something happened, and where the cursor is. */
export function LifeStrip(props: {
  readonly life: PageLife;
  readonly length: number;
  readonly ram: boolean;
}): JSX.Element {
  const { life, length, ram } = props;
  const { box, width: measured } = useWidth<HTMLDivElement>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const { value: width } = measured;
  const drawn = useMemo(() => drawLife(life, length, Math.max(1, width), ram), [life, length, width, ram]);
  const { value: palette } = theme;
  const { value: here } = record;
  useEffect(() => {
    if (canvas.current !== null && width > 0) paint(canvas.current, drawn, palette, (here + 0.5) / (length + 1), width);
  }, [drawn, palette, here, length, width]);
  const { shares } = drawn;
  return (
    <div class="life-strip">
      <div
        ref={box}
        class="life-picture"
        onClick={({ clientX, currentTarget }) => {
          const { left } = currentTarget.getBoundingClientRect();
          goIntoSight(Math.floor(((clientX - left) / width) * (length + 1)));
        }}
      >
        <canvas ref={canvas} role="img" aria-label={`Its life along the records: ${sharesText(drawn, length)}`} />
      </div>
      <div class="life-legend">
        {shares.slice(0, NAMED).map(({ id }) => {
          const described = describeLife(id);
          return (
            <span key={id}>
              <Swatch id={id} palette={palette} />
              {described.label}
            </span>
          );
        })}
        {shares.length > NAMED && <span>and {count(shares.length - NAMED)} more</span>}
        <span class="life-end">0 – {count(length)}</span>
      </div>
    </div>
  );
}

/** What a class looks like. */
export function Swatch({ id, palette }: { readonly id: number; readonly palette: PaletteName }): JSX.Element {
  const described = describeLife(id);
  const colour = classColour(described, palette, false);
  return (
    <span
      class="map-swatch"
      data-dots={described.pattern === 'dots' ? '' : undefined}
      style={{
        backgroundColor: cssColour(colour),
        backgroundImage: patternImage(described.pattern, inkUpon(colour)),
      }}
    />
  );
}

function sharesText({ shares }: DrawnLife, length: number): string {
  return shares
    .map(({ id, records }) => `${describeLife(id).label} for ${((100 * records) / (length + 1)).toFixed(1)}%`)
    .join(', ');
}

function paint(
  canvas: HTMLCanvasElement,
  { classes, events }: DrawnLife,
  palette: PaletteName,
  cursor: number,
  width: number,
): void {
  const ratio = globalThis.devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(HEIGHT * ratio);
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  const colours = overlayColours(canvas, palette);
  for (let from = 0; from < classes.length;) {
    const id = classes[from] as number;
    let to = from + 1;
    while (to < classes.length && classes[to] === id) to++;
    const described = describeLife(id);
    const colour = classColour(described, palette, false);
    context.fillStyle = cssColour(colour);
    context.fillRect(from, 0, to - from, STRIP);
    const tile = patternTile(described.pattern, inkUpon(colour), ratio);
    const pattern = tile === null ? null : context.createPattern(tile, 'repeat');
    if (pattern !== null) {
      // The tile has a pixel for each of the screen's.
      pattern.setTransform(new DOMMatrix([1 / ratio, 0, 0, 1 / ratio, 0, 0]));
      context.fillStyle = pattern;
      context.fillRect(from, 0, to - from, STRIP);
    }
    from = to;
  }
  context.fillStyle = colours.text;
  for (let at = 0; at < events.length; at++) if (events[at] === 1) context.fillRect(at, STRIP + 2, 1, MARKS - 2);
  const x = Math.min(width - 1.5, Math.max(1.5, cursor * width));
  context.fillStyle = colours.ground;
  context.fillRect(x - 2.5, 0, 5, HEIGHT);
  context.fillStyle = colours.accent;
  context.fillRect(x - 1, 0, 2, HEIGHT);
}
