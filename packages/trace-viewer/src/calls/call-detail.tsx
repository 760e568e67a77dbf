import type { JSX } from 'preact';
import { count, frame } from '@heaplay/replay';
import { useAnswer } from '../state/answers.ts';
import { pinnedFrame, record } from '../state/cursor.ts';
import { openPanel } from '../state/panels.ts';
import { run, runId } from '../state/runs.ts';
import { CallResultWords, timeWords } from './call-line.tsx';

/** The record that is looked at, with everything that it says, and why it failed. */
export function CallDetail(): JSX.Element | null {
  const rows = useAnswer('callRows', () => ({ run: runId.value, records: [record.value] }));
  const failed = useAnswer('failureReason', () => ({ run: runId.value, record: record.value }));
  const row = rows.value.value?.[0];
  if (row === undefined || run.value === undefined) return null;
  const reason = failed.value.asked?.record === row.record ? failed.value.value : null;
  const { frame: mfn } = row;
  return (
    <section class="call-detail" aria-label="This record">
      <div class="call-detail-head">
        <h2>
          {count(row.record)} {row.call}
        </h2>
        {mfn !== null && (
          <button type="button" aria-pressed={pinnedFrame.value === mfn} onClick={() => (pinnedFrame.value = mfn)}>
            Pin {frame(mfn)}
          </button>
        )}
        <button type="button" onClick={() => (openPanel.value = 'explain')}>
          Explain
        </button>
      </div>
      <dl class="facts">
        {row.args.length > 0 && (
          <div>
            <dt>asked for</dt>
            <dd>{row.args.join(' · ')}</dd>
          </div>
        )}
        {(row.result !== '' || row.outcome !== 'done') && row.outcome !== 'power-on' && (
          <div>
            <dt>result</dt>
            <dd>
              <CallResultWords row={row} focusable />
            </dd>
          </div>
        )}
        {reason !== null && reason !== undefined && (
          <div>
            <dt>because</dt>
            <dd>{reason}</dd>
          </div>
        )}
        {row.record > 0 && (
          <div>
            <dt>made</dt>
            <dd>
              on CPU {row.cpu}
              {row.at !== null && `, ${timeWords(row.at)} after the trace began`}
            </dd>
          </div>
        )}
        {row.stack.length > 0 && (
          <div>
            <dt>callers</dt>
            <dd>
              <ol class="stack">
                {row.stack.map((symbol, at) => (
                  <li key={at}>
                    <code>{symbol}</code>
                  </li>
                ))}
              </ol>
            </dd>
          </div>
        )}
      </dl>
    </section>
  );
}
