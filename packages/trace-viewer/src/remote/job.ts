import type { Stepwise } from '@heaplay/replay';

/** Milliseconds that a job works before others get their turn: a picture must not wait for a search. */
const SLICE = 8;

/** Thrown inside of a job that nobody waits for any more. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

/** The work that a question makes: tells how far it is, lets others have their turn, and ends when nobody waits. */
export class Job<Progress = unknown> {
  private readonly tell: (value: Progress) => void;
  private cancelled = false;
  private began: number = performance.now();

  constructor(tell: (value: Progress) => void) {
    this.tell = tell;
  }

  /** Nobody waits for the answer any more. */
  cancel(): void {
    this.cancelled = true;
  }

  /** Tells how far it is. */
  progress(value: Progress): void {
    this.tell(value);
  }

  /** Lets others have their turn, if it has worked for long enough. Throws {@link Cancelled}. */
  async breathe(): Promise<void> {
    if (this.cancelled) throw new Cancelled('nobody waits for it');
    if (performance.now() - this.began < SLICE) return;
    await nextTurn();
    this.began = performance.now();
    if (this.cancelled) throw new Cancelled('nobody waits for it');
  }

  /** Does long work to its end; `each` hears the record that it has come to. Throws {@link Cancelled}. */
  async run<T>(work: Stepwise<T>, each: (record: number) => void = () => {}): Promise<T> {
    for (;;) {
      const { done, value } = work.next();
      if (done === true) return value;
      each(value);
      await this.breathe();
    }
  }
}

/** Behind what waits already: messages, not timers, which a browser holds back. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port2.addEventListener('message', () => {
      port1.close();
      resolve();
    });
    port2.start();
    port1.postMessage(null);
  });
}
