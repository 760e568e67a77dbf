import { count } from '@heaplay/replay';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { record } from '../state/cursor.ts';
import { run } from '../state/runs.ts';
import { recordAtTime } from './axis.ts';
import { duration, parseDuration } from './durations.ts';
import { goIntoSight } from './jump.ts';
import { times } from './timeline-state.ts';

/** Where somebody is, to be typed as well: a record's number, or a time. */
export function PositionInput(): JSX.Element {
  const typed = useSignal<string | null>(null);
  const wrong = useSignal(false);
  const at = times.value?.[record.value];
  const submit = (event: Event): void => {
    event.preventDefault();
    if (typed.value === null) return;
    const wanted = recordOf(typed.value);
    wrong.value = wanted === undefined;
    if (wanted === undefined) return;
    typed.value = null;
    goIntoSight(wanted);
  };
  const what = times.value === null ? 'Record number' : 'Record number or time';
  return (
    <form class="position" onSubmit={submit}>
      <input
        type="text"
        inputMode={times.value === null ? 'numeric' : 'text'}
        aria-label={what}
        title={`${what}, then Enter${times.value === null ? '' : ': 1200, 1.5 s, 20 ms'}`}
        aria-invalid={wrong.value}
        size={11}
        autocomplete="off"
        spellcheck={false}
        value={typed.value ?? count(record.value)}
        onFocus={(event) => event.currentTarget.select()}
        onInput={(event) => (typed.value = event.currentTarget.value)}
        onBlur={() => {
          typed.value = null;
          wrong.value = false;
        }}
      />
      <span class="of">
        of {count(run.value?.length ?? 0)}
        {at !== undefined && <span class="at"> · {duration(at, at / 10_000)}</span>}
      </span>
      {wrong.value && (
        <span class="wrong" role="alert">
          {times.value === null ? 'A number is wanted: 1200' : 'A number or a time is wanted: 1200, 1.5 s'}
        </span>
      )}
    </form>
  );
}

function recordOf(text: string): number | undefined {
  const number = text.replaceAll(/[\s,_]/g, '');
  if (/^\d+$/.test(number)) return Number(number);
  const at = parseDuration(text);
  const { value: known } = times;
  return at === undefined || known === null ? undefined : recordAtTime(known, at);
}
