import { count, plural } from '@heaplay/replay';
import type { JSX } from 'preact';
import { follow, liveState, recordsBehind, stopFollowing } from '../state/live.ts';
import './live-badge.css';

/** What the page does about a run that is being recorded: go along, or stay here; and how to change that. */
export function LiveBadge(): JSX.Element | null {
  const { value: state } = liveState;
  if (state === null) return null;
  if (state === 'over') {
    return (
      <span class="live over" role="status">
        recording over
      </span>
    );
  }
  const following = state === 'following';
  return (
    <span class="live-group">
      <button
        type="button"
        class={`live ${state}`}
        title={following ? 'Stay at this record' : 'Go to the last record, and on with what comes'}
        onClick={() => follow(!following)}
      >
        <span class="live-sign" aria-hidden="true" />
        <strong>Live</strong>
        <span role="status">{following ? 'following' : 'paused'}</span>
        {!following && recordsBehind.value > 0 && <Behind />}
      </button>
      <button type="button" class="live-stop" onClick={stopFollowing} title="Follow the recording no further">
        Stop
      </button>
    </span>
  );
}

function Behind(): JSX.Element {
  const { value } = recordsBehind;
  return (
    <span class="live-behind" aria-label={`${plural(value, 'record')} came since`}>
      +{count(value)}
    </span>
  );
}
