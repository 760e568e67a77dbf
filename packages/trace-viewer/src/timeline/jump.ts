import { messageOf } from '../remote/message-of.ts';
import { count } from '@heaplay/replay';
import { signal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import type { Subscription } from 'rxjs';
import type { JumpDirection } from '@heaplay/replay';
import { goTo, pinnedFrame, record } from '../state/cursor.ts';
import { engine } from '../state/engine.ts';
import { run, runId } from '../state/runs.ts';
import type { JumpTarget } from './timeline-handlers.ts';
import { brush, brushed, jumpOrder, seenRange } from './timeline-state.ts';

/** What is being looked for, or that it was not found; empty: nothing. */
export const jumpNotice: Signal<string> = signal('');

/** Is something being looked for? It can be cancelled. */
export const jumping: Signal<Subscription | null> = signal(null);

/** Goes to the record of a kind behind or before the one that is looked at; a later jump takes the place of this one. */
export function jump(target: JumpTarget, direction: JumpDirection): void {
  cancelJump();
  const what = nameOf(target);
  const asked = engine.ask('jumpFrom', { run: runId.peek(), from: record.peek(), direction, target }, (at) => {
    jumpNotice.value = `Looking for the ${direction} ${what}: at record ${count(at)}`;
  });
  jumpNotice.value = '';
  const subscription = asked.subscribe({
    next: (found) => {
      jumpNotice.value = found === null ? `There is no ${direction} ${what}` : '';
      if (found !== null) goIntoSight(found);
    },
    error: (error: unknown) => {
      jumpNotice.value = messageOf(error);
      jumping.value = null;
    },
    complete: () => (jumping.value = null),
  });
  if (!subscription.closed) jumping.value = subscription;
}

/** Gives up looking. */
export function cancelJump(): void {
  jumping.peek()?.unsubscribe();
  jumping.value = null;
  jumpNotice.value = '';
}

/** Jumps to a call on the frame that is pinned. */
export function jumpToTouch(direction: JumpDirection): void {
  const frame = pinnedFrame.peek();
  if (frame === null) jumpNotice.value = 'No frame is pinned: choose one in the map first';
  else jump({ kind: 'frame', frame }, direction);
}

/** Jumps to a change of the order that was chosen. */
export function jumpToOrderChange(direction: JumpDirection): void {
  jump({ kind: 'order', order: jumpOrder.peek() }, direction);
}

/** Goes to a record, and moves what is seen there if it lies outside. */
export function goIntoSight(wanted: number): void {
  goTo(wanted);
  const { from, to } = seenRange.peek();
  if (brushed.peek() === null || (wanted >= from && wanted <= to)) return;
  const length = run.peek()?.length ?? 0;
  const begin = Math.max(0, Math.min(wanted - Math.floor((to - from) / 2), length - (to - from)));
  brush({ from: begin, to: begin + (to - from) });
}

function nameOf(target: JumpTarget): string {
  switch (target.kind) {
    case 'failure':
      return 'failure';
    case 'frame':
      return `call on frame 0x${target.frame.toString(16)}`;
    case 'order':
      return `change of the free blocks of order ${target.order}`;
  }
}
