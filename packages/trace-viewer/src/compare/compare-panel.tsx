import type { JSX } from 'preact';
import { comparedWith } from './compare-state.ts';
import { DifferenceView } from './difference-view.tsx';
import { OtherSideForm } from './other-side-form.tsx';

/** Holds the run against another configuration of it, or against another trace. */
export function ComparePanel(): JSX.Element {
  const isComparing = comparedWith.value !== '';
  return (
    <div class="compare">
      {isComparing ? (
        <details class="other-side-again">
          <summary>Compare with something else</summary>
          <OtherSideForm />
        </details>
      ) : (
        <>
          <p class="compare-quiet">
            The same calls, with the heap configured otherwise: what would have got other memory, or none? Or two traces
            of the same work, call by call.
          </p>
          <OtherSideForm />
        </>
      )}
      <DifferenceView />
    </div>
  );
}
