import type { JSX } from 'preact';
import { count, frame } from '@heaplay/replay';
import { pinnedFrame } from '../state/cursor.ts';
import type { CallOutcome, CallRow } from './call-row.ts';

/** What marks what came of a call: a sign and a word. */
const MARKS: Partial<Readonly<Record<CallOutcome, readonly [sign: string, word: string]>>> = {
  failed: ['✕', 'failed'],
  skipped: ['↷', 'skipped'],
  looked: ['◦', 'observed'],
};

/** What came of a call: whether it got what it asked for, and what that was. */
export function CallResultWords({
  row,
  focusable,
}: {
  readonly row: CallRow;
  readonly focusable: boolean;
}): JSX.Element {
  const mark = MARKS[row.outcome];
  const { frame: mfn, result } = row;
  const isFrame = mfn !== null && result === frame(mfn);
  return (
    <>
      {mark !== undefined && (
        <span class={`mark ${row.outcome}`}>
          <span aria-hidden="true">{mark[0]}</span> {mark[1]}
          {row.outcome === 'failed' && result !== 'nothing' && ` (${result})`}
        </span>
      )}
      {isFrame && (
        <button
          type="button"
          class="frame"
          tabIndex={focusable ? 0 : -1}
          title={`Pin frame ${result}`}
          aria-pressed={pinnedFrame.value === mfn}
          onClick={(event) => {
            event.stopPropagation();
            pinnedFrame.value = mfn;
          }}
        >
          {result}
        </button>
      )}
      {!isFrame && mark === undefined && result}
    </>
  );
}

/** Seconds since the trace began. */
export function timeWords(at: number | null): string {
  return at === null ? '' : `${(at / 1e9).toFixed(6)} s`;
}

/** `order 3`, not `order 3 (8 pages)`: a row is short, and says all of it to a pointer. */
function briefly(arg: string): string {
  return arg.replace(/ \([^()]*\)$/, '');
}

/** A row of the list. */
export function CallLine(props: {
  readonly record: number;
  readonly row: CallRow | undefined;
  readonly current: boolean;
}): JSX.Element {
  const { record, row, current } = props;
  const { args = [] } = row ?? {};
  const caller = row?.stack[0] ?? '';
  return (
    <>
      <span role="gridcell" class="c-record">
        {current && (
          <span class="here" aria-hidden="true">
            ▸
          </span>
        )}
        {count(record)}
      </span>
      <span role="gridcell" class="c-time">
        {row === undefined ? '…' : timeWords(row.at)}
      </span>
      <span role="gridcell" class="c-cpu">
        {row === undefined || record === 0 ? '' : row.cpu}
      </span>
      <span role="gridcell" class="c-call" title={row?.call}>
        {row?.call ?? '…'}
      </span>
      <span role="gridcell" class="c-args" title={args.join(' · ')}>
        {args.map(briefly).join(' · ')}
      </span>
      <span role="gridcell" class="c-result">
        {row !== undefined && <CallResultWords row={row} focusable={false} />}
      </span>
      <span role="gridcell" class="c-caller" title={row?.stack.join('\n')}>
        {caller}
      </span>
    </>
  );
}
