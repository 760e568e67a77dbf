import { count, frame } from '@heaplay/replay';
import type { ComponentChildren, JSX } from 'preact';
import type { RunSummary } from '../engine/run.ts';
import { pinInSight } from '../map/map-fields.ts';
import { useAnswer } from '../state/answers.ts';
import { pinnedFrame, record } from '../state/cursor.ts';
import { run, runId } from '../state/runs.ts';
import { goIntoSight } from '../timeline/jump.ts';
import { BlockPart } from './block-part.tsx';
import { FrameForm } from './frame-form.tsx';
import { CHANGE_CODES } from './life-columns.ts';
import { LifePart } from './life-part.tsx';
import { OriginPart } from './origin-part.tsx';
import type { PageFacts, PageLife } from './page-handlers.ts';
import { factLines, mappingWords } from './page-words.ts';
import { useLife } from './use-life.ts';
import type { RunningLife } from './use-life.ts';
import './page-panel.css';

/** The pinned frame: what it is behind the record that is looked at, and its life. */
export function PagePanel(): JSX.Element | null {
  const { value: here } = run;
  const { value: mfn } = pinnedFrame;
  const frames = here?.machine.frames ?? 0;
  const known = mfn !== null && mfn < frames ? mfn : null;
  const work = useLife(known);
  if (here === undefined) return null;
  if (mfn === null) {
    return (
      <Nothing run={here} title="No frame is pinned">
        Click a cell of the map, or press Enter on one: it is told here what the frame is, who allocated it, and all
        that happened to it. Or type a frame or an address.
      </Nothing>
    );
  }
  if (known === null) {
    return (
      <Nothing run={here} title={`Frame ${frame(mfn)} is not there`}>
        This machine has the frames 0x0 to {frame(frames - 1)}. Pin another one, in the map or here.
      </Nothing>
    );
  }
  return <PinnedPage mfn={known} run={here} work={work} />;
}

function Nothing(props: {
  readonly run: RunSummary;
  readonly title: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <div class="page-nothing">
      <h2>{props.title}</h2>
      <p>{props.children}</p>
      <FrameForm frames={props.run.machine.frames} mfn={null} />
    </div>
  );
}

function PinnedPage(props: {
  readonly mfn: number;
  readonly run: RunSummary;
  readonly work: RunningLife;
}): JSX.Element {
  const { mfn, run: here, work } = props;
  const answer = useAnswer('pageFacts', () => {
    const { value: pinned } = pinnedFrame;
    return pinned === null ? null : { run: runId.value, record: record.value, mfn: pinned };
  });
  const origin = useAnswer('pageOrigin', () => {
    const { life } = work.search.value;
    return life === null
      ? null
      : { run: runId.value, record: record.value, mfn: life.mfn, atLeast: Math.min(record.value, life.known) };
  });
  const { value: facts, failure } = answer.value;
  const { life } = work.search.value;
  const from = origin.value.value;
  return (
    <article class="page-panel">
      <header class="page-head">
        <h2 class="unseen">Frame {frame(mfn)}</h2>
        <FrameForm frames={here.machine.frames} mfn={mfn} />
        <button type="button" title="Show it in the map" onClick={() => pinInSight(mfn)}>
          Show in map
        </button>
        <button type="button" onClick={() => (pinnedFrame.value = null)}>
          Unpin
        </button>
      </header>
      <div class="page-facts" role="region" aria-label="What it is" tabIndex={0}>
        {failure !== null && <p role="alert">{failure}</p>}
        {facts !== undefined && facts.frame.mfn === mfn && (
          <>
            <Outside facts={facts} life={life} />
            <dl class="facts">
              {factLines(facts).map(([name, value]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>
                    {value}
                    {name === 'mapped' &&
                      facts.mappings.map((mapping, at) => (
                        <span key={at} class="page-mapping">
                          {mappingWords(mapping)}
                        </span>
                      ))}
                  </dd>
                </div>
              ))}
            </dl>
            <BlockPart facts={facts} />
          </>
        )}
        {from !== undefined && from.mfn === mfn && <OriginPart origin={from} />}
      </div>
      <LifePart mfn={mfn} ram={facts?.frame.ram ?? true} work={work} />
    </article>
  );
}

/** Why there is so little to be told of a frame that the heap does not have. */
function Outside({ facts, life }: { readonly facts: PageFacts; readonly life: PageLife | null }): JSX.Element | null {
  const { frame: page, valid, reserved, record: at } = facts;
  if (page.state !== 'outside') return null;
  if (!page.ram || !valid) {
    return (
      <p class="page-note">
        There is no memory here{valid ? '' : ', and no record in the frame table'}: nothing can happen to this frame.
        Pin one that the map shows in colour.
      </p>
    );
  }
  const known = life?.mfn === page.mfn ? life : null;
  const given = known?.changes.findIndex(
    (code, index) => CHANGE_CODES[code] === 'given' && (known.records[index] as number) > at,
  );
  const next = given === undefined || given < 0 ? undefined : known?.records[given];
  return (
    <p class="page-note">
      Behind record {count(at)} this frame is not of the heap: in use since power-on
      {reserved && ', and kept back by the machine'}.{' '}
      {next !== undefined && (
        <>
          It is given to the heap by{' '}
          <button type="button" class="link" onClick={() => goIntoSight(next)}>
            record {count(next)}
          </button>
          .
        </>
      )}
      {next === undefined && known !== null && 'It never is given to the heap in this run.'}
    </p>
  );
}
