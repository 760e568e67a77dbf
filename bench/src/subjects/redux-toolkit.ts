import { configureStore, createSlice } from '@reduxjs/toolkit';
import type { PayloadAction } from '@reduxjs/toolkit';
import type { Subject } from '../harness/subject.ts';
import { arrayHeap, returnPage, takePage } from './naive-heap.ts';

/** A Redux Toolkit store with a slice for the heap, as its guide has it: an action an event. */
export function reduxToolkitSubject(frames: number, events: number): Subject {
  let dispatchPair: (() => void) | undefined;
  return {
    name: 'Redux Toolkit, array',
    ours: false,
    events,
    every: 4,
    prepare: () => {
      dispatchPair ??= makeStore(frames);
    },
    run: () => {
      for (let event = 0; event < events; event += 2) dispatchPair?.();
    },
  };
}

function makeStore(frames: number): () => void {
  const slice = createSlice({
    name: 'heap',
    initialState: arrayHeap(frames),
    reducers: {
      taken: (heap, { payload }: PayloadAction<{ owner: number }>) => {
        takePage(heap, (mfn) => heap.frames[mfn], payload.owner);
      },
      returned: (heap, { payload }: PayloadAction<{ mfn: number }>) => {
        returnPage(heap, (mfn) => heap.frames[mfn], payload.mfn);
      },
    },
  });
  const store = configureStore({ reducer: { heap: slice.reducer } });
  return () => {
    store.dispatch(slice.actions.taken({ owner: 1 }));
    store.dispatch(slice.actions.returned({ mfn: 0 }));
  };
}
