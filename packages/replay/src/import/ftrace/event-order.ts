import type { PageEvent } from './page-event.ts';
import type { FtraceTally } from './tally.ts';

/** Events that wait until it is sure that none before them is still to come. */
const WINDOW = 1024;

/**
 * Brings events into the order of their times. Tools print them nearly so; where the buffers of CPUs were put together
 * badly, an event stands behind later ones. Equal times keep the order of their lines. Memory: some thousand events.
 */
export class EventOrder {
  private readonly tally: FtraceTally;
  private readonly emit: (event: PageEvent) => void;
  private waiting: PageEvent[] = [];
  /** Where events were let through up to. */
  private passed = -Infinity;

  constructor(tally: FtraceTally, emit: (event: PageEvent) => void) {
    this.tally = tally;
    this.emit = emit;
  }

  /** Takes the next event in the order of the file. */
  push(event: PageEvent): void {
    const { waiting, passed } = this;
    const isLate = event.place < passed;
    if (isLate) {
      this.tally.late++;
      event.place = passed;
      if (event.at !== null) event.at = passed;
    }
    let at = waiting.length;
    while (at > 0 && (waiting[at - 1] as PageEvent).place > event.place) at--;
    if (at === waiting.length) {
      waiting.push(event);
    } else {
      waiting.splice(at, 0, event);
      if (!isLate) this.tally.sorted++;
    }
    if (waiting.length >= 2 * WINDOW) this.pass(WINDOW);
  }

  /** There is nothing more: lets all through that waits. */
  end(): void {
    this.pass(this.waiting.length);
  }

  private pass(events: number): void {
    const passing = this.waiting.slice(0, events);
    this.waiting = this.waiting.slice(events);
    this.passed = passing.at(-1)?.place ?? this.passed;
    for (const event of passing) this.emit(event);
  }
}
