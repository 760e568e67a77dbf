import { bisectRun, scanRun } from '../bisect/bisect-handlers.ts';
import { callerStacks, callersAt } from '../callers/callers-handlers.ts';
import { callRows } from '../calls/call-handlers.ts';
import { filterCalls } from '../calls/filter-handlers.ts';
import { describeDifferences, diffRuns, runMetrics } from '../compare/compare-handlers.ts';
import { closeRun, deriveRun } from '../compare/derive-run.ts';
import { explain, failureReason } from '../explain/explain-handlers.ts';
import { freeList, freeLists } from '../free-lists/list-handlers.ts';
import { cellAt, paintMap } from '../map/map-handlers.ts';
import { pageEvents, pageFacts, pageLife, pageOrigin } from '../page-panel/page-handlers.ts';
import { jumpFrom, recordTimes, runPicture, valuesAt } from '../timeline/timeline-handlers.ts';
import { describeCalls } from '../what-if/what-if-handlers.ts';
import { openTrace } from './open-trace.ts';

/** Every question that the engine answers, by its name; each part of the viewer has its own. */
export const handlers = {
  openTrace,
  deriveRun,
  closeRun,
  paintMap,
  cellAt,
  runPicture,
  valuesAt,
  recordTimes,
  jumpFrom,
  callRows,
  filterCalls,
  explain,
  failureReason,
  freeLists,
  freeList,
  diffRuns,
  runMetrics,
  describeDifferences,
  describeCalls,
  bisectRun,
  scanRun,
  callerStacks,
  callersAt,
  pageFacts,
  pageLife,
  pageEvents,
  pageOrigin,
};

/** What can be asked. */
export type EngineHandlers = typeof handlers;
