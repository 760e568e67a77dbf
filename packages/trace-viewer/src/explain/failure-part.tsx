import type { JSX } from 'preact';
import type { ExplainedFailure } from './explained.ts';
import { FrameText } from './frame-text.tsx';

/** Why a call failed, the numbers that prove it, and what would have helped. */
export function FailurePart({ failure }: { readonly failure: ExplainedFailure }): JSX.Element {
  const { reason, sentence, numbers, remedies } = failure;
  return (
    <section class="failure" aria-label="Why it failed">
      <p class="verdict">
        <strong>
          <span aria-hidden="true">✕</span> Failed{reason !== null && `: ${reason}`}
        </strong>
        <br />
        {sentence}
      </p>
      {numbers.length > 0 && (
        <dl class="facts numbers">
          {numbers.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {remedies !== null && (
        <>
          <h3>What would have helped</h3>
          {remedies.length === 0 ? (
            <p>Nothing of what was tried: a smaller block, fewer limits, no claims of others, a larger maximum.</p>
          ) : (
            <ul>
              {remedies.map((text) => (
                <li key={text}>
                  <FrameText text={text} />
                </li>
              ))}
            </ul>
          )}
          <p class="aside">Each was tried on the model, in the heap as it was.</p>
        </>
      )}
    </section>
  );
}
