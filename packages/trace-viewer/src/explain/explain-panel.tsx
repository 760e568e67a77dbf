import { count } from '@heaplay/replay';
import type { JSX } from 'preact';
import { CallResultWords } from '../calls/call-line.tsx';
import { useAnswer } from '../state/answers.ts';
import { goTo, record } from '../state/cursor.ts';
import { run, runId } from '../state/runs.ts';
import { ChangesPart } from './changes-part.tsx';
import { FailurePart } from './failure-part.tsx';
import { FrameText } from './frame-text.tsx';
import { PicturePlayer } from './picture-player.tsx';
import './explain.css';

/** Why the call of the record that is looked at came out as it did. */
export function ExplainPanel(): JSX.Element | null {
  const answer = useAnswer('explain', () => ({ run: runId.value, record: record.value }));
  const { value: explained, failure } = answer.value;
  if (failure !== null) return <p role="alert">{failure}</p>;
  if (explained === undefined || run.value === undefined) return null;
  const { row, nothing, steps, moreSteps, pictures, morePictures } = explained;
  const stops = run.value.bug !== null && row.record === run.value.length ? run.value.bug : null;
  return (
    <article class="explain">
      <div class="explain-head">
        <h2>
          Record {count(row.record)}: <code>{row.call}</code>
        </h2>
        <button
          type="button"
          disabled={row.record === 0}
          aria-label="Record before"
          onClick={() => goTo(row.record - 1)}
        >
          ‹
        </button>
        <button
          type="button"
          disabled={row.record === run.value.length}
          aria-label="Next record"
          onClick={() => goTo(row.record + 1)}
        >
          ›
        </button>
      </div>
      {row.args.length > 0 && (
        <p class="asked">
          <FrameText text={row.args.join(' · ')} />
          {row.result !== '' && (
            <>
              {' → '}
              <CallResultWords row={row} focusable />
            </>
          )}
        </p>
      )}
      {nothing !== null && <p>{nothing}</p>}
      {explained.failure !== null && <FailurePart failure={explained.failure} />}
      <PicturePlayer record={row.record} pictures={pictures} more={morePictures} />
      {steps.length > 0 && (
        <section aria-label="Step by step">
          <h3>Step by step</h3>
          <ol class="steps">
            {steps.map(({ text, why }, at) => (
              <li key={at}>
                <FrameText text={text} />
                {why !== null && <span class="why">{why}</span>}
              </li>
            ))}
          </ol>
          {moreSteps > 0 && <p class="aside">and {count(moreSteps)} steps more of the same kind</p>}
        </section>
      )}
      {row.record > 0 && <ChangesPart changes={explained.changes} />}
      {stops !== null && (
        <p class="notice error">
          <strong>Xen stops at the next record:</strong> {stops.kind} [{stops.rule}] {stops.message}
        </p>
      )}
    </article>
  );
}
