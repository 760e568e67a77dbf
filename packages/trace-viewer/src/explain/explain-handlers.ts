import { explainCall, openState } from '@heaplay/core';
import type { Failure, HeapCall, HeapState } from '@heaplay/core';
import {
  NothingToExplain,
  beforeCall,
  count,
  describeFailure,
  describeRemedy,
  frame,
  pages,
  remediesFor,
} from '@heaplay/replay';
import type { Timeline } from '@heaplay/replay';
import { rowOf } from '../calls/call-handlers.ts';
import type { Engine } from '../engine/engine.ts';
import { mergePictures, splitPictures } from './block-pictures.ts';
import { changeWords } from './change-words.ts';
import type { Explained, ExplainedChanges, ExplainedFailure } from './explained.ts';
import { explainedSteps } from './step-reasons.ts';

/** Steps and pictures that are told at most: a dying domain gives back thousands of blocks. */
const STEPS = 300;
const PICTURES = 100;

const NO_CHANGES: ExplainedChanges = { counts: [], vanished: [], appeared: [], more: 0, mappings: [] };

/** Why the call of a record came out as it did, told by the reducer itself, and what it changed. */
export function explain(engine: Engine, { run, record }: { readonly run: number; readonly record: number }): Explained {
  const { timeline } = engine.run(run);
  const at = Math.min(record, timeline.length);
  const row = rowOf(timeline, at);
  const nothing = whyNothing(timeline, at);
  if (nothing !== null) {
    return {
      row,
      nothing,
      steps: [],
      moreSteps: 0,
      pictures: [],
      morePictures: 0,
      failure: null,
      changes: at === 0 ? NO_CHANGES : changesOf(timeline, at),
    };
  }
  const { state, call } = beforeCall(timeline, at);
  const { steps: search, frees, failure } = explainCall(state, call);
  const steps = explainedSteps(search, frees);
  const pictures = [...splitPictures(search), ...mergePictures(frees)];
  return {
    row,
    nothing,
    steps: steps.slice(0, STEPS),
    moreSteps: Math.max(0, steps.length - STEPS),
    pictures: pictures.slice(0, PICTURES),
    morePictures: Math.max(0, pictures.length - PICTURES),
    failure: row.outcome === 'failed' ? failureWords(state, call, failure, row.result) : null,
    changes: changesOf(timeline, at),
  };
}

/** Why the call of a record failed, in a sentence; null if it did not. */
export function failureReason(
  engine: Engine,
  { run, record }: { readonly run: number; readonly record: number },
): string | null {
  const { timeline } = engine.run(run);
  if (record > timeline.length || !timeline.hasFailed(record) || whyNothing(timeline, record) !== null) return null;
  const { state, call } = beforeCall(timeline, record);
  return failureWords(state, call, explainCall(state, call).failure, rowOf(timeline, record).result).sentence;
}

function whyNothing(timeline: Timeline, record: number): string | null {
  if (record > 0 && timeline.table.isObservationAt(record)) {
    return 'Somebody looked at the heap here, and changed nothing.';
  }
  if (record === 0) return 'Power-on: all frames are in use, none was given to the heap yet.';
  try {
    beforeCall(timeline, record);
    return null;
  } catch (error) {
    if (error instanceof NothingToExplain) return error.message;
    throw error;
  }
}

function changesOf(timeline: Timeline, record: number): ExplainedChanges {
  const before = timeline.stateAt(record - 1);
  return changeWords(before, timeline.stateAt(record));
}

function failureWords(state: HeapState, call: HeapCall, failure: Failure | null, result: string): ExplainedFailure {
  if (failure === null) {
    return { reason: null, sentence: `The call answered ${result}.`, numbers: accountOf(state, call), remedies: null };
  }
  const { reason, wanted, zones, nodes, within, onOtherNodes, above, below } = failure;
  const part = ({ pages: free, largestOrder }: Failure['within']): string =>
    free === 0 ? 'nothing' : `${pages(free)}, largest block of order ${largestOrder}`;
  return {
    reason,
    sentence: describeFailure(failure),
    numbers: [
      ['wanted, in one block', pages(wanted)],
      ['free in the whole heap', pages(failure.freePages)],
      ['claimed of them', pages(failure.claims)],
      ['zones that were searched', zones === null ? 'none' : `${zones[1]} down to ${zones[0]}`],
      ['nodes that were searched', nodes.length === 0 ? 'none' : nodes.join(', ')],
      ['free there', part(within)],
      ['free on other nodes', part(onOtherNodes)],
      ['free in zones above', part(above)],
      ['free in zones below', part(below)],
      ...(reason === 'over-allocation' || reason === 'domain-dying' ? accountOf(state, call) : []),
    ],
    remedies: remediesFor(state, call).map(describeRemedy),
  };
}

/** What a call that does not search looks at: the account of its domain, and what is free. */
function accountOf(state: HeapState, call: HeapCall): (readonly [string, string])[] {
  const heap = openState(state);
  const id = 'domain' in call ? call.domain : undefined;
  const domain = id === undefined ? undefined : heap.readDomain(id);
  const numbers: (readonly [string, string])[] = [];
  if ('pages' in call && call.pages !== undefined) numbers.push(['asked for', pages(call.pages)]);
  if ('mfn' in call) numbers.push(['frame', frame(call.mfn)]);
  if (domain === undefined) return numbers;
  return [
    ...numbers,
    [`d${domain.id} has`, `${pages(domain.totalPages)}, ${count(domain.extraPages)} of them extra`],
    [`d${domain.id} may have`, pages(domain.maxPages)],
    [`d${domain.id} has claimed`, pages(domain.outstandingPages)],
    [`d${domain.id} is dying`, domain.dying ? 'yes' : 'no'],
    ['free in the whole heap', pages(heap.totals.freePages)],
    ['claimed of them', pages(heap.totals.claims)],
  ];
}
