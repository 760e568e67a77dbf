import type { EngineHandlers } from '../engine/handlers.ts';
// Vite makes the module's default export: a class that starts it as a worker.
// oxlint-disable-next-line import/default
import EngineWorker from '../engine/worker.ts?worker&inline';
import { RemoteEngine } from '../remote/ask.ts';

/** The engine of this page, on a thread of its own. */
export const engine: RemoteEngine<EngineHandlers> = new RemoteEngine(new EngineWorker());
