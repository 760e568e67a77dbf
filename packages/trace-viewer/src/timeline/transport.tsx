import type { JSX } from 'preact';
import { frame } from '@heaplay/replay';
import { goTo, pinnedFrame, record } from '../state/cursor.ts';
import { helpShown } from '../state/keys.ts';
import { run } from '../state/runs.ts';
import { Icon } from './icons.tsx';
import { cancelJump, jump, jumpNotice, jumpToOrderChange, jumpToTouch, jumping } from './jump.ts';
import { pause, play, playing, SPEED_MEANINGS } from './player.ts';
import { PositionInput } from './position-input.tsx';
import { Scrubber } from './scrubber.tsx';
import { SPEEDS, brush, brushed, jumpOrder, looping, scale, speed, times, wantedAxis } from './timeline-state.ts';
import { TrackMenu } from './track-menu.tsx';

/** Playing, stepping and jumping. */
export function Transport(): JSX.Element {
  return (
    <div class="transport">
      <Playing />
      <PositionInput />
      <Scrubber />
      <Jumps />
      <Seen />
      <p class="jump-notice" role="status">
        {jumpNotice.value}
        {jumping.value !== null && jumpNotice.value !== '' && (
          <button type="button" onClick={cancelJump}>
            Stop
          </button>
        )}
      </p>
    </div>
  );
}

function Playing(): JSX.Element {
  const length = run.value?.length ?? 0;
  const { value: at } = record;
  const meaning = SPEED_MEANINGS[scale.value.axis];
  return (
    <div class="controls playing" role="group" aria-label="Playing">
      <IconButton name="To the start" keys="Home" shape="start" disabled={at === 0} onClick={() => goTo(0)} />
      <IconButton name="One record back" keys="," shape="back" disabled={at === 0} onClick={() => goTo(at - 1)} />
      {playing.value ? (
        <IconButton name="Pause" keys="Space" shape="pause" onClick={pause} />
      ) : (
        <IconButton name="Play" keys="Space" shape="play" onClick={play} />
      )}
      <IconButton name="One record on" keys="." shape="forward" disabled={at >= length} onClick={() => goTo(at + 1)} />
      <IconButton name="To the end" keys="End" shape="end" disabled={at >= length} onClick={() => goTo(length)} />
      <select
        aria-label="Speed"
        title={`Speed: ${meaning} (< slower, > faster)`}
        value={speed.value}
        onChange={(event) => (speed.value = Number(event.currentTarget.value))}
      >
        <optgroup label={meaning}>
          {SPEEDS.map((factor) => (
            <option key={factor} value={factor}>
              {factor}×
            </option>
          ))}
        </optgroup>
      </select>
      <button
        type="button"
        class="icon"
        aria-label="Loop"
        title="Loop: play what is seen again and again"
        aria-pressed={looping.value === 'on'}
        onClick={() => (looping.value = looping.value === 'on' ? 'off' : 'on')}
      >
        <Icon shape="loop" />
      </button>
    </div>
  );
}

function Jumps(): JSX.Element {
  const { value: pinned } = pinnedFrame;
  const none = pinned === null;
  const last = run.value?.heap.maxOrder ?? 0;
  return (
    <div class="controls jumps" role="group" aria-label="Jumps">
      <JumpPair
        what="failure"
        label="Failure"
        keys={['p', 'n']}
        go={(direction) => jump({ kind: 'failure' }, direction)}
      />
      <JumpPair
        what="call on the pinned frame"
        label={none ? 'Frame' : frame(pinned)}
        keys={['F', 'f']}
        disabled={none}
        go={jumpToTouch}
      />
      <JumpPair what={`change of order ${jumpOrder.value}`} keys={['O', 'o']} go={jumpToOrderChange}>
        <select
          aria-label="Order whose changes are jumped to"
          title="Jump to where the number of free blocks of this order changes"
          value={jumpOrder.value}
          onChange={(event) => (jumpOrder.value = Number(event.currentTarget.value))}
        >
          {Array.from({ length: last + 1 }, (_, order) => (
            <option key={order} value={order}>
              Order {order}
            </option>
          ))}
        </select>
      </JumpPair>
    </div>
  );
}

function JumpPair(props: {
  readonly what: string;
  readonly label?: string;
  readonly keys: readonly [previous: string, next: string];
  readonly disabled?: boolean;
  readonly go: (direction: 'next' | 'previous') => void;
  readonly children?: JSX.Element;
}): JSX.Element {
  const { what, label, keys, disabled = false, go, children } = props;
  return (
    <span class="pair">
      <IconButton
        name={`Previous ${what}`}
        keys={keys[0]}
        shape="back"
        disabled={disabled}
        onClick={() => go('previous')}
      />
      {children ?? <span class="pair-label">{label}</span>}
      <IconButton name={`Next ${what}`} keys={keys[1]} shape="forward" disabled={disabled} onClick={() => go('next')} />
    </span>
  );
}

function Seen(): JSX.Element {
  return (
    <div class="controls seen" role="group" aria-label="View">
      {times.value !== null && (
        <select
          aria-label="Axis"
          value={wantedAxis.value}
          onChange={(event) => (wantedAxis.value = event.currentTarget.value === 'time' ? 'time' : 'records')}
        >
          <option value="records">By record</option>
          <option value="time">By time</option>
        </select>
      )}
      <button
        type="button"
        disabled={brushed.value === null}
        title="Show the whole run (Esc)"
        onClick={() => brush(null)}
      >
        Whole run
      </button>
      <TrackMenu />
      <button
        type="button"
        class="icon"
        aria-label="Keys"
        title="Keys of this page (?)"
        onClick={() => (helpShown.value = true)}
      >
        ?
      </button>
    </div>
  );
}

function IconButton(props: {
  readonly name: string;
  readonly keys: string;
  readonly shape: Parameters<typeof Icon>[0]['shape'];
  readonly disabled?: boolean;
  readonly onClick: () => void;
}): JSX.Element {
  const { name, keys, shape, disabled = false, onClick } = props;
  return (
    <button
      type="button"
      class="icon"
      aria-label={name}
      title={`${name} (${keys})`}
      // A button that is disabled loses the focus: who steps to the end would have to look for it again.
      aria-disabled={disabled}
      onClick={() => {
        if (!disabled) onClick();
      }}
    >
      <Icon shape={shape} />
    </button>
  );
}
