import { Cancelled, Job } from './job.ts';
import type { FromEngine, PlainError, Port, ToEngine } from './messages.ts';

/**
 * Answers one kind of question. What it returns is copied to the other thread; buffers named in `transfer` of a
 * {@link Transferred} are handed over.
 */
export type Handler<Context, Params, Result, Progress = never> = (
  context: Context,
  params: Params,
  job: Job<Progress>,
) => Result | Promise<Result>;

/** The handlers of an engine, by the names of its questions. */
export type Handlers<Context> = Readonly<Record<string, (context: Context, params: never, job: never) => unknown>>;

/** An answer, and the buffers in it that need not be copied. */
export class Transferred<T> {
  readonly value: T;
  readonly buffers: readonly ArrayBuffer[];

  constructor(value: T, buffers: readonly ArrayBuffer[]) {
    this.value = value;
    this.buffers = buffers;
  }
}

/** Listens to a port, and answers what is asked there, many questions at a time. */
export function answerQuestions<Context>(port: Port, context: Context, handlers: Handlers<Context>): void {
  const jobs = new Map<number, Job>();
  const say = (message: FromEngine, buffers: readonly ArrayBuffer[] = []): void => {
    port.postMessage(message, [...buffers]);
  };
  const answer = async (id: number, method: string, params: unknown): Promise<void> => {
    const job = new Job((value) => say({ kind: 'progress', id, value }));
    jobs.set(id, job);
    try {
      const handler = handlers[method];
      if (handler === undefined) throw new Error(`the engine knows no question named ${method}`);
      const value = await handler(context, params as never, job as never);
      if (value instanceof Transferred) say({ kind: 'answer', id, value: value.value }, value.buffers);
      else say({ kind: 'answer', id, value });
    } catch (error) {
      if (!(error instanceof Cancelled)) say({ kind: 'failure', id, error: plain(error) });
    } finally {
      jobs.delete(id);
    }
  };
  port.addEventListener('message', ({ data }: MessageEvent<ToEngine>) => {
    if (data.kind === 'cancel') jobs.get(data.id)?.cancel();
    else void answer(data.id, data.method, data.params);
  });
}

function plain(error: unknown): PlainError {
  return error instanceof Error ? { name: error.name, message: error.message } : { name: 'Error', message: `${error}` };
}
