import { brief, count, describeStep, frame, pages } from '@heaplay/replay';
import type { CallDiff, Divergence, FirstFailure, HeapMetrics } from '@heaplay/replay';
import type { JSX } from 'preact';
import { goTo, record } from '../state/cursor.ts';
import type { RunDiff } from './compare-handlers.ts';
import { besideInA } from './difference-places.ts';

/** Where two runs part for the first time, and why; where they fail first; where they stop. */
export function FirstDifferences({ diff }: { readonly diff: RunDiff }): JSX.Element {
  const { firstDivergence, firstFailure, ranOut, bugs } = diff.result;
  return (
    <>
      {firstDivergence !== null && <FirstDivergence diff={diff} divergence={firstDivergence} />}
      <dl class="facts">
        {firstFailure !== null && (
          <Failure name="first to fail in B only" at={besideInA(diff, firstFailure.record)} failure={firstFailure} />
        )}
        {ranOut.a !== null && <Failure name="A ran out first at" at={ranOut.a.record} failure={ranOut.a} />}
        {ranOut.b !== null && (
          <Failure name="B ran out first at" at={besideInA(diff, ranOut.b.record)} failure={ranOut.b} />
        )}
        {(['a', 'b'] as const).map((side) => {
          const bug = bugs[side];
          return (
            bug !== null && (
              <div key={side}>
                <dt>{side.toUpperCase()} stops</dt>
                <dd class="compare-stop">
                  at record {count(bug.record)}: {bug.kind} [{bug.rule}] {bug.message}
                </dd>
              </div>
            )
          );
        })}
      </dl>
    </>
  );
}

function FirstDivergence({
  diff,
  divergence,
}: {
  readonly diff: RunDiff;
  readonly divergence: Divergence;
}): JSX.Element {
  const { call, a, b, cause } = divergence;
  const at = besideInA(diff, divergence.record);
  const side = (value: Exclude<typeof cause, null>['a']): string => (value === null ? 'is done' : describeStep(value));
  return (
    <section class="first-divergence" aria-label="First divergence">
      <div class="compare-line">
        <h3>
          First divergence: record {count(divergence.record)}, <code>{call}</code>
        </h3>
        <GoTo at={at} />
      </div>
      <dl class="facts sides-facts">
        <div>
          <dt>A</dt>
          <dd>
            <code>{resultText(call, a)}</code>
          </dd>
        </div>
        <div>
          <dt>B</dt>
          <dd>
            <code>{resultText(call, b)}</code>
          </dd>
        </div>
      </dl>
      {cause !== null && (
        <>
          <p>Because the searches part in step {count(cause.step)}:</p>
          <dl class="facts sides-facts">
            <div>
              <dt>A</dt>
              <dd>{side(cause.a)}</dd>
            </div>
            <div>
              <dt>B</dt>
              <dd>{side(cause.b)}</dd>
            </div>
          </dl>
        </>
      )}
    </section>
  );
}

function Failure(props: { readonly name: string; readonly at: number; readonly failure: FirstFailure }): JSX.Element {
  const { name, at, failure } = props;
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        record {count(failure.record)}, <code>{failure.call}</code>
        {failure.reason !== null && `: ${failure.reason}`} <GoTo at={at} />
      </dd>
    </div>
  );
}

function GoTo({ at }: { readonly at: number }): JSX.Element {
  return (
    <button type="button" aria-pressed={record.value === at} aria-label={`Go to record ${at}`} onClick={() => goTo(at)}>
      Go to
    </button>
  );
}

const ROWS: readonly (readonly [string, (side: HeapMetrics) => number, (value: number) => string])[] = [
  ['free at the end', (side) => side.freePages, pages],
  ['least ever free', (side) => side.lowestFreePages, pages],
  ['claimed', (side) => side.claims, count],
  ['to scrub', (side) => side.needScrub, count],
  ['free blocks', (side) => side.freeBlocks, count],
  ['largest free order', (side) => side.largestFreeOrder, String],
  ['unusable for 2 MiB', (side) => side.unusableForOrder9, (value) => `${(value * 100).toFixed(1)} %`],
  ['failed calls', (side) => side.failed, count],
];

/** How the two heaps stood at the end, beside each other; what differs is marked. */
export function MetricsTable(props: { readonly a: HeapMetrics; readonly b: HeapMetrics }): JSX.Element {
  const { a, b } = props;
  return (
    <table class="compare-metrics">
      <caption>Heaps at the end</caption>
      <thead>
        <tr>
          <th scope="col">Measure</th>
          <th scope="col">A</th>
          <th scope="col">B</th>
        </tr>
      </thead>
      <tbody>
        {ROWS.map(([name, read, written]) => {
          const [inA, inB] = [read(a), read(b)];
          return (
            <tr key={name} class={inA === inB ? 'same' : 'other'}>
              <th scope="row">{name}</th>
              <td>{written(inA)}</td>
              <td>
                {inA !== inB && (
                  <span class="metric-sign" title={inB > inA ? 'more in B' : 'less in B'}>
                    <span aria-hidden="true">{inB > inA ? '▲ ' : '▼ '}</span>
                    <span class="away">{inB > inA ? 'more: ' : 'less: '}</span>
                  </span>
                )}
                {written(inB)}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** How many calls were compared, in a sentence. */
export function verdict({ calls, same }: CallDiff['result']): string {
  if (calls === same) return `All ${count(calls)} calls that were compared came out alike.`;
  return `${count(same)} of ${count(calls)} calls came out alike.`;
}

function resultText(call: string, value: unknown): string {
  return call.startsWith('alloc') && typeof value === 'number' ? frame(value) : brief(value);
}
