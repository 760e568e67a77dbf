import { count } from '@heaplay/replay';
import type { JSX } from 'preact';
import { goTo, record } from '../state/cursor.ts';
import { openPanel } from '../state/panels.ts';
import { run } from '../state/runs.ts';

/** That Xen stops in this run, at which record and why: what most people open such a trace for. */
export function StopNotice(): JSX.Element | null {
  const { value: here } = run;
  if (here === undefined || here.bug === null) return null;
  const { bug, length } = here;
  // Behind it there is no heap any more: the one before it is shown, and what is wrong with it explained.
  const isSeen = record.value === length && openPanel.value === 'explain';
  return (
    <div class="notice error stop" role="status">
      <strong>Xen stops at record {count(bug.record)}:</strong> {bug.kind} [{bug.rule}] {bug.message}{' '}
      {!isSeen && (
        <button
          type="button"
          onClick={() => {
            goTo(length);
            openPanel.value = 'explain';
          }}
        >
          Look at it
        </button>
      )}
    </div>
  );
}
