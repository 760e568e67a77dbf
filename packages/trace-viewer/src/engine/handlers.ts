import { cellAt, paintMap } from '../map/map-handlers.ts';
import { openTrace } from './open-trace.ts';

/** Every question that the engine answers, by its name; each part of the viewer has its own. */
export const handlers = {
  openTrace,
  paintMap,
  cellAt,
};

/** What can be asked. */
export type EngineHandlers = typeof handlers;
