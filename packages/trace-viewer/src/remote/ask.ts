import { Observable } from 'rxjs';
import type { Transferred } from './answer.ts';
import type { Job } from './job.ts';
import type { FromEngine, PlainError, Port } from './messages.ts';

type SomeHandler = (context: never, params: never, job: never) => unknown;

/** What a question needs, by its handler. */
export type ParamsOf<H> = H extends SomeHandler ? Parameters<H>[1] : never;

/** What comes of a question. */
export type ResultOf<H> = H extends SomeHandler ? Unwrapped<Awaited<ReturnType<H>>> : never;

/** What is told on the way. */
export type ProgressOf<H> = H extends (context: never, params: never, job: Job<infer P>) => unknown ? P : never;

type Unwrapped<T> = T extends Transferred<infer V> ? V : T;

/** The engine said that it could not answer; the message is for people. */
export class EngineFailure extends Error {
  override readonly name: string;

  constructor({ name, message }: PlainError) {
    super(message);
    this.name = name;
  }
}

interface Waiting {
  progress(value: unknown): void;
  answer(value: unknown): void;
  fail(error: PlainError): void;
}

/** The engine as seen from the other side of a port: `H` are its handlers. */
export class RemoteEngine<H> {
  private readonly port: Port;
  private readonly waiting = new Map<number, Waiting>();
  private last = 0;

  constructor(port: Port) {
    this.port = port;
    port.addEventListener('message', ({ data }: MessageEvent<FromEngine>) => this.hear(data));
  }

  /**
   * Asks when somebody subscribes, emits the answer and completes, or fails with {@link EngineFailure}. To unsubscribe
   * before that cancels the work. `told` hears how far it is.
   */
  ask<M extends keyof H & string>(
    method: M,
    params: ParamsOf<H[M]>,
    told: (value: ProgressOf<H[M]>) => void = () => {},
  ): Observable<ResultOf<H[M]>> {
    return new Observable((subscriber) => {
      const id = ++this.last;
      this.waiting.set(id, {
        progress: (value) => told(value as ProgressOf<H[M]>),
        answer: (value) => {
          subscriber.next(value as ResultOf<H[M]>);
          subscriber.complete();
        },
        fail: (error) => subscriber.error(new EngineFailure(error)),
      });
      this.port.postMessage({ kind: 'ask', id, method, params }, []);
      return () => {
        if (this.waiting.delete(id)) this.port.postMessage({ kind: 'cancel', id }, []);
      };
    });
  }

  private hear(message: FromEngine): void {
    const waiting = this.waiting.get(message.id);
    if (waiting === undefined) return;
    if (message.kind === 'progress') {
      waiting.progress(message.value);
      return;
    }
    this.waiting.delete(message.id);
    if (message.kind === 'answer') waiting.answer(message.value);
    else waiting.fail(message.error);
  }
}
