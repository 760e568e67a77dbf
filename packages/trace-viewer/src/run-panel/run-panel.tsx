import type { JSX } from 'preact';
import { run } from '../state/runs.ts';
import { runFacts } from './run-facts.ts';

/** What is known of the run: machine, configuration, who recorded it, how it ends. */
export function RunPanel(): JSX.Element | null {
  const { value: here } = run;
  if (here === undefined) return null;
  return (
    <dl class="facts">
      {runFacts(here).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
