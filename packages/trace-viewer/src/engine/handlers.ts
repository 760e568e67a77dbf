<<<<<<< HEAD
import { bisectRun, scanRun } from '../bisect/bisect-handlers.ts';
import { callersAt, callerStacks } from '../callers/callers-handlers.ts';
import { describeDifferences, diffRuns, runMetrics } from '../compare/compare-handlers.ts';
import { closeRun, deriveRun } from '../compare/derive-run.ts';
import { describeCalls } from '../what-if/what-if-handlers.ts';
=======
import { cellAt, paintMap } from '../map/map-handlers.ts';
>>>>>>> map
import { openTrace } from './open-trace.ts';

/** Every question that the engine answers, by its name; each part of the viewer has its own. */
export const handlers = {
  openTrace,
<<<<<<< HEAD
  deriveRun,
  closeRun,
  diffRuns,
  runMetrics,
  describeDifferences,
  describeCalls,
  bisectRun,
  scanRun,
  callerStacks,
  callersAt,
=======
  paintMap,
  cellAt,
>>>>>>> map
};

/** What can be asked. */
export type EngineHandlers = typeof handlers;
