import { goTo, record } from '../state/cursor.ts';
import { registerKeys } from '../state/keys.ts';
import type { KeyBinding } from '../state/keys.ts';
import { run } from '../state/runs.ts';
import { goIntoSight, jump, jumpToOrderChange, jumpToTouch } from './jump.ts';
import { SPEED_MEANINGS, changeSpeed, togglePlaying } from './player.ts';
import { brush, scale, seenRange } from './timeline-state.ts';

function lengthOf(): number {
  return run.peek()?.length ?? 0;
}

function step(by: number): void {
  goIntoSight(Math.min(Math.max(0, record.peek() + by), lengthOf()));
}

function zoom(factor: number): void {
  const here = scale.peek();
  const share = here.share(here.placeOf(record.peek()));
  brush(here.zoomed(factor, share < 0 || share > 1 ? 0.5 : share, lengthOf()));
}

function hundredth(): number {
  const { from, to } = seenRange.peek();
  return Math.max(1, Math.round((to - from) / 100));
}

const EVERYWHERE: readonly KeyBinding[] = [
  { keys: [' '], what: 'Play or pause', run: togglePlaying },
  { keys: ['<'], what: `Play slower: ${SPEED_MEANINGS.records}`, run: () => changeSpeed(-1) },
  { keys: ['>'], what: `Play faster; along time, ${SPEED_MEANINGS.time}`, run: () => changeSpeed(1) },
  { keys: [','], what: 'One record back', run: () => step(-1) },
  { keys: ['.'], what: 'One record on', run: () => step(1) },
  { keys: ['n'], what: 'Next failure', run: () => jump({ kind: 'failure' }, 'next') },
  { keys: ['p'], what: 'Previous failure', run: () => jump({ kind: 'failure' }, 'previous') },
  { keys: ['f'], what: 'Next call on the pinned frame', run: () => jumpToTouch('next') },
  { keys: ['F'], what: 'Previous call on the pinned frame', run: () => jumpToTouch('previous') },
  { keys: ['o'], what: 'Next change of the chosen order', run: () => jumpToOrderChange('next') },
  { keys: ['O'], what: 'Previous change of the chosen order', run: () => jumpToOrderChange('previous') },
];

interface TrackKey extends KeyBinding {
  readonly shift?: boolean;
  readonly go: () => void;
}

const IN_TRACKS: readonly TrackKey[] = [
  { keys: ['ArrowLeft'], shift: false, what: 'One record back', go: () => step(-1) },
  { keys: ['ArrowRight'], shift: false, what: 'One record on', go: () => step(1) },
  { keys: ['PageDown'], what: 'Back by a hundredth of what is seen', go: () => step(-hundredth()) },
  { keys: ['PageUp'], what: 'On by a hundredth of what is seen', go: () => step(hundredth()) },
  { keys: ['Home'], what: 'To the beginning of what is seen', go: () => goTo(seenRange.peek().from) },
  { keys: ['End'], what: 'To the end of what is seen', go: () => goTo(seenRange.peek().to) },
  { keys: ['+', '='], what: 'Zoom in', go: () => zoom(0.5) },
  { keys: ['-', '_'], what: 'Zoom out', go: () => zoom(2) },
  { keys: ['ArrowLeft'], shift: true, shown: ['Shift ←'], what: 'Move what is seen back', go: () => pan(-0.2) },
  { keys: ['ArrowRight'], shift: true, shown: ['Shift →'], what: 'Move what is seen on', go: () => pan(0.2) },
  { keys: ['['], what: 'Begin what is seen at this record', go: () => cut('from') },
  { keys: [']'], what: 'End what is seen at this record', go: () => cut('to') },
  { keys: ['Escape', '0'], what: 'Show the whole run', go: () => brush(null) },
];

/** What a pointer does there. */
const GESTURES: readonly KeyBinding[] = [
  { keys: [], shown: ['Click'], what: 'Go to this record' },
  { keys: [], shown: ['Drag'], what: 'Show this part only' },
  { keys: [], shown: ['Shift drag'], what: 'Move what is seen' },
  { keys: [], shown: ['Wheel'], what: 'Zoom; with Shift, move what is seen' },
  { keys: [], shown: ['Double click'], what: 'Show the whole run' },
];

function pan(share: number): void {
  brush(scale.peek().moved(share, lengthOf()));
}

function cut(side: 'from' | 'to'): void {
  const range = { ...seenRange.peek(), [side]: record.peek() };
  if (range.from < range.to) brush(range);
}

/** Does what a key means while the tracks have the focus. */
export function onTrackKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const found = IN_TRACKS.find(
    ({ keys, shift }) => keys.includes(event.key) && (shift === undefined || shift === event.shiftKey),
  );
  if (found === undefined) return;
  event.preventDefault();
  found.go();
}

/** Tells the page of the keys of the timeline, as long as it is there. */
export function registerTimelineKeys(): void {
  registerKeys({ title: 'Playing and jumping, everywhere', bindings: EVERYWHERE });
  registerKeys({ title: 'In the tracks', bindings: [...IN_TRACKS, ...GESTURES] });
}
