import {
  blocksBefore,
  directMapAddress,
  formatVirtualAddress,
  freeListPlace,
  mappingsOfFrame,
  openState,
} from '@heaplay/core';
import type { FreeListPlace, HeapReader, Mapping } from '@heaplay/core';
import { allocationUpTo } from '@heaplay/replay';
import type { PageEvent, Timeline } from '@heaplay/replay';
import { rowOf } from '../calls/call-handlers.ts';
import type { CallRow } from '../calls/call-row.ts';
import type { Engine } from '../engine/engine.ts';
import { frameFacts } from '../map/frame-facts.ts';
import type { FrameFacts } from '../map/frame-facts.ts';
import { Transferred } from '../remote/answer.ts';
import type { Job } from '../remote/job.ts';
import { CHANGE_CODES, STATE_CODES } from './life-columns.ts';
import { lifeOf } from './page-lives.ts';
import type { LifeProgress } from './page-lives.ts';

/** Events that are written between two pauses. */
const STRETCH = 4096;

/** A page behind a record of a run. */
export interface PageAsked {
  readonly run: number;
  readonly record: number;
  readonly mfn: number;
}

/** Where a frame's block stands on its free list. */
export interface ListedBlock extends FreeListPlace {
  /** Blocks that stand before it. */
  readonly place: number;
}

/** A place of the address space where a frame can be seen. */
export interface PageMapping extends Pick<Mapping, 'kind' | 'permanent' | 'references' | 'cpu' | 'domain'> {
  readonly va: string;
}

/** What a page is behind a record. */
export interface PageFacts {
  readonly record: number;
  readonly frame: FrameFacts;
  /** Can it have a record in the frame table? A hole has none. */
  readonly valid: boolean;
  /** Is it kept back from the heap by the machine? */
  readonly reserved: boolean;
  /** Do the two heaps have memory of their own? */
  readonly separate: boolean;
  /** Its address in the direct map; null: it has none. */
  readonly directMap: string | null;
  readonly mappings: readonly PageMapping[];
  /** Null: it is not free. */
  readonly list: ListedBlock | null;
}

/** What a page is behind a record. Throws `RangeError` for a frame that the machine does not have. */
export async function pageFacts(engine: Engine, { run, record, mfn }: PageAsked, job: Job): Promise<PageFacts> {
  const { timeline } = engine.run(run);
  const at = Math.min(record, timeline.length);
  const state = timeline.stateAt(at);
  const { platform } = state;
  const frame = frameFacts(state, mfn);
  const heap = openState(state);
  const address = directMapAddress(platform, mfn);
  return {
    record: at,
    frame,
    valid: platform.frameTable.isValid(mfn),
    reserved: platform.machine.reserved.some(([first, end]) => first <= mfn && mfn < end),
    separate: platform.separateXenHeap,
    directMap: address === null ? null : formatVirtualAddress(address),
    mappings: mappingsOfFrame(heap, mfn).map(({ va, kind, permanent, references, cpu, domain }) => ({
      va: formatVirtualAddress(va),
      kind,
      permanent,
      references,
      cpu,
      domain,
    })),
    list: await listedBlock(heap, mfn, job),
  };
}

async function listedBlock(heap: HeapReader, mfn: number, job: Job): Promise<ListedBlock | null> {
  const found = freeListPlace(heap, mfn);
  return found === null ? null : { ...found, place: await job.run(blocksBefore(heap, found.head)) };
}

/** Whose life is wanted, up to which record at least. */
export interface LifeAsked {
  readonly run: number;
  readonly mfn: number;
  readonly atLeast: number;
}

/** The events of a page's life, in columns: the record, what it made of the page, and what that was then. */
export interface PageLife {
  readonly mfn: number;
  /** The last record that it knows of. */
  readonly known: number;
  readonly records: Uint32Array<ArrayBuffer>;
  /** Places in {@link CHANGE_CODES}. */
  readonly changes: Uint8Array<ArrayBuffer>;
  /** Places in {@link STATE_CODES}. */
  readonly states: Uint8Array<ArrayBuffer>;
  /** −1: nobody. */
  readonly owners: Int32Array<ArrayBuffer>;
}

/** The life of a page; tells how far the search for its events is. */
export async function pageLife(
  engine: Engine,
  { run, mfn, atLeast }: LifeAsked,
  job: Job<LifeProgress>,
): Promise<Transferred<PageLife>> {
  const { known, biography } = await lifeOf(engine.run(run), mfn, atLeast, job, (progress) => job.progress(progress));
  const { history } = biography;
  const life: PageLife = {
    mfn,
    known,
    records: new Uint32Array(history.length),
    changes: new Uint8Array(history.length),
    states: new Uint8Array(history.length),
    owners: new Int32Array(history.length),
  };
  for (const [at, { record, change, state, owner }] of history.entries()) {
    life.records[at] = record;
    life.changes[at] = CHANGE_CODES.indexOf(change);
    life.states[at] = STATE_CODES.indexOf(state);
    life.owners[at] = owner ?? -1;
    if (at % STRETCH === STRETCH - 1) await job.breathe();
  }
  return new Transferred(
    life,
    [life.records, life.changes, life.states, life.owners].map(({ buffer }) => buffer),
  );
}

/** An event with the call that made it. */
export interface ToldEvent {
  readonly event: PageEvent;
  readonly row: CallRow;
}

/** Which events of a life: `count` from one on. */
export interface EventsAsked extends LifeAsked {
  readonly from: number;
  readonly count: number;
}

/** Some events of a life, in order. */
export interface EventPart {
  readonly mfn: number;
  readonly from: number;
  readonly events: readonly ToldEvent[];
}

/** Some events of a life, with their calls. */
export async function pageEvents(
  engine: Engine,
  { run: id, mfn, atLeast, from, count }: EventsAsked,
  job: Job<LifeProgress>,
): Promise<EventPart> {
  const run = engine.run(id);
  const { biography } = await lifeOf(run, mfn, atLeast, job, (progress) => job.progress(progress));
  const events = biography.history.slice(from, from + count).map((event) => told(run.timeline, event));
  return { mfn, from, events };
}

/** Where a page comes from that is in use. */
export interface PageOrigin {
  readonly mfn: number;
  readonly record: number;
  /** What allocated it; null: nothing did, or it is not in use. */
  readonly allocation: ToldEvent | null;
  /** Nanoseconds from the allocation to the record; null: the trace does not tell times. */
  readonly age: number | null;
}

/** Who allocated a page that is in use behind a record. */
export async function pageOrigin(
  engine: Engine,
  { run: id, mfn, record, atLeast }: PageAsked & LifeAsked,
  job: Job<LifeProgress>,
): Promise<PageOrigin> {
  const run = engine.run(id);
  const { timeline } = run;
  const { biography } = await lifeOf(run, mfn, atLeast, job, (progress) => job.progress(progress));
  const found = allocationUpTo(biography, record);
  const hasTimes = timeline.timeAt(timeline.length) > 0;
  const age = found === null || !hasTimes ? null : timeline.timeAt(record) - timeline.timeAt(found.record);
  return { mfn, record, allocation: found === null ? null : told(timeline, found), age };
}

function told(timeline: Timeline, event: PageEvent): ToldEvent {
  return { event, row: rowOf(timeline, event.record) };
}
