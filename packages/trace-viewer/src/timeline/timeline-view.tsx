import type { JSX } from 'preact';
import { TimelineSummary } from './timeline-summary.tsx';
import { TrackStack } from './track-stack.tsx';
import { Transport } from './transport.tsx';
import './timeline.css';

/** The run over its records or over time: what it was like, where in it somebody is, and how to go elsewhere. */
export function TimelineView(): JSX.Element {
  return (
    <section class="timeline" aria-label="Timeline">
      <Transport />
      <TrackStack />
      <TimelineSummary />
    </section>
  );
}
