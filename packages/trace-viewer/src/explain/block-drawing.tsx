import { frame } from '@heaplay/replay';
import type { JSX } from 'preact';
import type { BlockPicture, PictureLevel, PicturePart } from './explained.ts';

const WIDTH = 400;
const BAR = 38;
const GAP = 16;
const STEP = BAR + GAP;

/**
 * A block that is halved, or grows, level by level. Each level is drawn as wide as the one before: the lines between
 * show which half became the next level's whole, or the other way round.
 */
export function BlockDrawing(props: { readonly picture: BlockPicture; readonly levels: number }): JSX.Element {
  const { picture, levels } = props;
  const height = picture.levels.length * STEP - GAP;
  const shown = picture.levels.slice(0, levels);
  return (
    <svg class="drawing" viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={picture.caption}>
      <defs>
        <pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <line x1="0" y1="0" x2="0" y2="7" class="hatch" />
        </pattern>
      </defs>
      {shown.map((level, at) => (
        <g key={at} class={at === levels - 1 && at > 0 ? 'level newest' : 'level'}>
          {at > 0 && <Link picture={picture} at={at} />}
          {level.map((part, side) => (
            <Part key={side} part={part} x={side * (WIDTH / 2)} y={at * STEP} width={WIDTH / level.length} />
          ))}
        </g>
      ))}
    </svg>
  );
}

/** From what a level is made of to the level: a half to its halves, or both halves to what they are in the next level. */
function Link({ picture, at }: { readonly picture: BlockPicture; readonly at: number }): JSX.Element {
  const [before, now] = [picture.levels[at - 1], picture.levels[at]];
  const top = at * STEP - GAP;
  const upper = picture.kind === 'merge' ? [0, WIDTH] : placeOf(before, 'on');
  const lower = picture.kind === 'merge' ? placeOf(now, 'ours') : [0, WIDTH];
  const [a = 0, b = WIDTH] = upper;
  const [c = 0, d = WIDTH] = lower;
  return <path class="link" d={`M${a} ${top}L${c} ${top + GAP}L${d} ${top + GAP}L${b} ${top}Z`} />;
}

function placeOf(level: PictureLevel | undefined, role: PicturePart['role']): [left: number, right: number] {
  const side = level?.length === 2 ? level.findIndex((part) => part.role === role) : -1;
  return side < 0 ? [0, WIDTH] : [side * (WIDTH / 2), (side + 1) * (WIDTH / 2)];
}

function Part(props: {
  readonly part: PicturePart;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}): JSX.Element {
  const { part, x, y, width } = props;
  const { mfn, order, role, note } = part;
  return (
    <g class={`part ${role}`}>
      <rect x={x + 1} y={y + 1} width={width - 2} height={BAR - 2} rx="3" />
      {role === 'blocked' && <rect x={x + 1} y={y + 1} width={width - 2} height={BAR - 2} rx="3" fill="url(#hatch)" />}
      <text x={x + width / 2} y={y + 16}>
        {frame(mfn)}
        {order !== null && ` · order ${order}`}
      </text>
      <text class="note" x={x + width / 2} y={y + 30}>
        {SIGNS[role]}
        {note}
      </text>
    </g>
  );
}

/** So that nothing is told by its colour alone. */
const SIGNS: Readonly<Record<PicturePart['role'], string>> = {
  found: '',
  back: '↩ ',
  on: '↓ ',
  taken: '★ ',
  ours: '● ',
  buddy: '+ ',
  blocked: '✕ ',
};
