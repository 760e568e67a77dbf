import type { TraceHeader, Timeline } from '@heaplay/replay';
import { Run } from './run.ts';

/** A question was asked about a run that the engine does not hold. */
export class NoSuchRun extends Error {
  override readonly name = 'NoSuchRun';
}

/** What the worker holds: the runs that were opened. All questions are answered from it. */
export class Engine {
  private readonly runs = new Map<number, Run>();
  private last = -1;

  /** Takes in a run that is being opened; the first one is number 0. */
  add(name: string, header: TraceHeader, timeline: Timeline): Run {
    const run = new Run(++this.last, name, header, timeline);
    this.runs.set(run.id, run);
    return run;
  }

  /** A run by its number. Throws {@link NoSuchRun}. */
  run(id: number): Run {
    const run = this.runs.get(id);
    if (run === undefined) throw new NoSuchRun(`there is no run ${id}: ${this.runs.size} are open`);
    return run;
  }

  /** Forgets a run. */
  close(id: number): void {
    this.runs.delete(id);
  }
}
