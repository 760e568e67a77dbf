import { enableMapSet, produce } from 'immer';
import { create } from 'mutative';
import type { Subject } from '../harness/subject.ts';
import { arrayHeap, mapHeap, returnPage, takePage } from './naive-heap.ts';
import type { ArrayHeap, MapHeap } from './naive-heap.ts';

/** A library's way from one state to the next. */
type Produce<T> = (base: T, recipe: (draft: T) => void) => T;

/** Takes and returns the first page of an array in turn, `perState` of these events in each new state. */
function arrayStep(produceNext: Produce<ArrayHeap>, base: ArrayHeap, perState: number): ArrayHeap {
  return produceNext(base, (draft) => {
    const at = (mfn: number): ArrayHeap['frames'][number] | undefined => draft.frames[mfn];
    for (let event = 0; event < perState; event++) step(draft, at);
  });
}

function mapStep(produceNext: Produce<MapHeap>, base: MapHeap, perState: number): MapHeap {
  return produceNext(base, (draft) => {
    const at = (mfn: number): ReturnType<MapHeap['frames']['get']> => draft.frames.get(mfn);
    for (let event = 0; event < perState; event++) step(draft, at);
  });
}

/** The first page is free in every second state. */
function step<T extends ArrayHeap | MapHeap>(draft: T, at: Parameters<typeof takePage>[1]): void {
  if (at(0)?.free === true) takePage(draft, at, 1);
  else returnPage(draft, at, 0);
}

function subject<T>(name: string, make: () => T, next: (state: T) => T, states: number, perState: number): Subject {
  let state: T | undefined;
  return {
    name: perState === 1 ? name : `${name}, ${perState.toLocaleString('en')} a state`,
    ours: false,
    events: states * perState,
    // Slow as it is, it need not be measured as often.
    every: 4,
    prepare: () => {
      state ??= next(make());
    },
    run: () => {
      for (let i = 0; i < states && state !== undefined; i++) state = next(state);
      return state;
    },
  };
}

/** Immer with its defaults. */
const immerProduce = <T>(base: T, recipe: (draft: T) => void): T => produce(base, recipe as never) as T;
/** Mutative with its defaults. */
const mutativeProduce = <T>(base: T, recipe: (draft: T) => void): T => create(base, recipe as never) as T;

/** Naive heaps of so many frames under immer and mutative; `states` states in each run. */
export function naiveSubjects(frames: number, states: number, perState: number): Subject[] {
  enableMapSet();
  const array = (): ArrayHeap => arrayHeap(frames);
  const map = (): MapHeap => mapHeap(frames);
  return [
    subject('immer, array', array, (state) => arrayStep(immerProduce, state, perState), states, perState),
    subject('immer, Map', map, (state) => mapStep(immerProduce, state, perState), states, perState),
    subject('mutative, array', array, (state) => arrayStep(mutativeProduce, state, perState), states, perState),
    subject('mutative, Map', map, (state) => mapStep(mutativeProduce, state, perState), states, perState),
  ];
}
