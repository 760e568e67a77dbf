import { callRows } from '../calls/call-handlers.ts';
import { filterCalls } from '../calls/filter-handlers.ts';
import { explain, failureReason } from '../explain/explain-handlers.ts';
import { freeList, freeLists } from '../free-lists/list-handlers.ts';
import { cellAt, paintMap } from '../map/map-handlers.ts';
import { jumpFrom, recordTimes, runPicture, valuesAt } from '../timeline/timeline-handlers.ts';
import { openTrace } from './open-trace.ts';

/** Every question that the engine answers, by its name; each part of the viewer has its own. */
export const handlers = {
  openTrace,
  callRows,
  filterCalls,
  explain,
  failureReason,
  freeLists,
  freeList,
  paintMap,
  cellAt,
  runPicture,
  valuesAt,
  recordTimes,
  jumpFrom,
};

/** What can be asked. */
export type EngineHandlers = typeof handlers;
