import { count } from '@heaplay/replay';
import type { JSX } from 'preact';

const PLACE = /^(?:record (\d+), )?column (\d+): (.*)$/;

/** What is wrong with a condition, and where; `message` is what the engine says of it. */
export function ConditionProblem({ text, message }: { readonly text: string; readonly message: string }): JSX.Element {
  const [first = message] = message.split('\n');
  const [, record, column, problem] = PLACE.exec(first) ?? [];
  const at = Number(column ?? 0);
  return (
    <div class="bisect-problem" id="bisect-problem" role="alert">
      <p>
        {record !== undefined && `At record ${count(Number(record))}: `}
        {problem === undefined ? first : `column ${column}: ${problem}`}
      </p>
      {at > 0 && (
        <code aria-hidden="true">
          {text.slice(0, at - 1)}
          <mark>{text.slice(at - 1, at) || ' '}</mark>
          {text.slice(at)}
        </code>
      )}
    </div>
  );
}
