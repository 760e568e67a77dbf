import { count } from '@heaplay/replay';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { reducedMotion } from '../state/theme.ts';
import { BlockDrawing } from './block-drawing.tsx';
import type { BlockPicture } from './explained.ts';
import { shownLevel, shownPicture } from './explain-state.ts';
import { FrameText } from './frame-text.tsx';

/** Milliseconds that each level is shown before the next one comes. */
const BEAT = 800;

/** The pictures of a record, one at a time, level by level. */
export function PicturePlayer(props: {
  readonly record: number;
  readonly pictures: readonly BlockPicture[];
  readonly more: number;
}): JSX.Element | null {
  const { record, pictures, more } = props;
  const playing = useSignal(false);
  const last = useSignal(record);
  useEffect(() => {
    if (last.peek() === record) return;
    last.value = record;
    playing.value = false;
    shownPicture.value = 0;
    shownLevel.value = Infinity;
  }, [record]);
  const at = Math.min(shownPicture.value, pictures.length - 1);
  const picture = pictures[at];
  const all = picture?.levels.length ?? 0;
  const level = Math.min(Math.max(1, shownLevel.value), all);
  useEffect(() => {
    if (!playing.value) return;
    const timer = setTimeout(() => {
      if (level >= all) playing.value = false;
      else show(level + 1);
    }, BEAT);
    return () => clearTimeout(timer);
  }, [playing.value, level, all]);
  if (picture === undefined) return null;
  const show = (wanted: number): void => {
    shownLevel.value = wanted >= all ? Infinity : Math.max(1, wanted);
  };
  const step = (wanted: number): void => {
    playing.value = false;
    show(wanted);
  };
  const choose = (wanted: number): void => {
    playing.value = false;
    shownLevel.value = Infinity;
    shownPicture.value = Math.min(Math.max(0, wanted), pictures.length - 1);
  };
  return (
    <section class="picture" aria-label="The block">
      {pictures.length > 1 && (
        <div class="picture-choice">
          <button type="button" aria-label="Block before" disabled={at === 0} onClick={() => choose(at - 1)}>
            ‹
          </button>
          <span>
            block {at + 1} of {count(pictures.length)}
            {more > 0 && ` (and ${count(more)} more)`}
          </span>
          <button
            type="button"
            aria-label="Next block"
            disabled={at === pictures.length - 1}
            onClick={() => choose(at + 1)}
          >
            ›
          </button>
        </div>
      )}
      <p class="caption">
        <FrameText text={picture.caption} />
      </p>
      <BlockDrawing picture={picture} levels={level} />
      {all > 1 && (
        <div class="player" role="group" aria-label="Level by level">
          {!reducedMotion.value && (
            <button
              type="button"
              onClick={() => {
                if (!playing.value && level >= all) show(1);
                playing.value = !playing.value;
              }}
            >
              {playing.value ? 'Pause' : 'Play'}
            </button>
          )}
          <button type="button" disabled={level <= 1} onClick={() => step(level - 1)}>
            Back
          </button>
          <button type="button" disabled={level >= all} onClick={() => step(level + 1)}>
            Step
          </button>
          <span class="player-place">
            level {level} of {all}
          </span>
        </div>
      )}
    </section>
  );
}
