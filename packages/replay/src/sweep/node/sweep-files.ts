import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { RUN_ATTRIBUTES, RUN_SPANS } from '../../instrument/run-attributes.ts';
import { RunSpan } from '../../instrument/run-span.ts';
import type { ConfigChange } from '../../rebase/reconfigure.ts';
import { combinedChange } from '../combined-change.ts';
import { combinationsOf } from '../combinations.ts';
import type { Combination, SweepAxis } from '../combinations.ts';
import type { SweepLine } from '../sweep-line.ts';
import { tellRun } from './sweep-spans.ts';
import type { SweepAnswer, SweepTask, SweepTrace } from './sweep-message.ts';

/** How to sweep. */
export interface SweepOptions {
  /** Threads at once; as many as the machine has processors for unless said. */
  readonly jobs?: number;
  /** What every run changes about the recorded configuration; what is varied goes before it. */
  readonly base?: ConfigChange;
  /** Ends the sweep early, behind a line. */
  readonly signal?: AbortSignal;
  /** Is told how many runs are done. */
  readonly onProgress?: (done: number, all: number) => void;
  /** Is told what is to be said of a trace: it was cut off. */
  readonly onWarning?: (text: string) => void;
}

interface PlannedRun {
  readonly trace: SweepTrace;
  readonly vary: Combination;
  readonly change: ConfigChange;
}

/**
 * Replays every trace under every combination, on threads of their own. Gives a line for each run, trace by trace, the
 * last key varying fastest, whatever the number of threads. A combination that there cannot be, and a trace that cannot
 * be read, are lines too. To stop ends the threads.
 */
export async function* sweepFiles(
  traces: readonly SweepTrace[],
  axes: readonly SweepAxis[],
  { jobs = availableParallelism(), base = {}, signal, onProgress, onWarning }: SweepOptions = {},
): AsyncGenerator<SweepLine, void, undefined> {
  const combinations = combinationsOf(axes);
  const runs = traces.flatMap((trace): PlannedRun[] =>
    combinations.map((vary) => ({ trace, vary, change: combinedChange(base, vary) })),
  );
  const threads = Math.min(jobs, runs.length);
  const sweep = new RunSpan(RUN_SPANS.sweep, { [RUN_ATTRIBUTES.runs]: runs.length, [RUN_ATTRIBUTES.jobs]: threads });
  const pool = new SweepPool(runs, threads);
  const warned = new Set<string>();
  const stop = (): void => pool.stop();
  signal?.addEventListener('abort', stop);
  try {
    for (const [number, { trace, vary }] of runs.entries()) {
      const answer = await pool.answer(number, () => onProgress?.(pool.done, runs.length));
      if (answer === null) return;
      tellRun(sweep, trace.name, vary, answer);
      const { came, warning } = answer;
      if (warning !== null && !warned.has(trace.name)) {
        warned.add(trace.name);
        onWarning?.(warning);
      }
      yield { trace: trace.name, vary, ...came };
    }
    sweep.end();
  } catch (error) {
    sweep.fail(error);
    throw error;
  } finally {
    sweep.cancel();
    signal?.removeEventListener('abort', stop);
    await pool.close();
  }
}

/** Threads that take one run after the other. */
class SweepPool {
  private readonly runs: readonly PlannedRun[];
  private readonly threads: readonly Worker[];
  private readonly answers = new Map<number, SweepAnswer>();
  private readonly failures: unknown[] = [];
  private next = 0;
  private isStopped = false;
  private wake = (): void => {};
  /** Runs that are done. */
  done = 0;

  constructor(runs: readonly PlannedRun[], jobs: number) {
    this.runs = runs;
    // Always what was built: not every version of Node.js runs TypeScript. So conditions that lead to sources are left out.
    const built = createRequire(import.meta.url).resolve('#sweep-thread');
    this.threads = Array.from({ length: jobs }, () => new Worker(built, { execArgv: [] }));
    for (const thread of this.threads) this.watch(thread);
  }

  /**
   * What came of a run, or null if the sweep was stopped; `onDone` is called whenever any is done until then. Throws what
   * ended a thread.
   */
  async answer(number: number, onDone: () => void): Promise<SweepAnswer | null> {
    for (;;) {
      if (this.isStopped) return null;
      const answer = this.answers.get(number);
      if (answer !== undefined) {
        this.answers.delete(number);
        return answer;
      }
      if (this.failures.length > 0) throw this.failures[0];
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      onDone();
    }
  }

  /** Nobody waits for what is still under way. */
  stop(): void {
    this.isStopped = true;
    this.wake();
  }

  async close(): Promise<void> {
    this.isStopped = true;
    await Promise.all(this.threads.map((thread) => thread.terminate()));
  }

  private watch(thread: Worker): void {
    let kept: string | undefined;
    const give = (): void => {
      const number = this.next;
      const run = this.runs[number];
      if (run === undefined) return;
      this.next++;
      const { trace, change } = run;
      const { name } = trace;
      const sent = name === kept ? ({ name, isKept: true } as const) : trace;
      kept = name;
      thread.postMessage({ number, trace: sent, change } satisfies SweepTask, []);
    };
    thread.on('message', (answer: SweepAnswer) => {
      // A trace that could not be read is read again, to say so again.
      if ('error' in answer.came) kept = undefined;
      this.answers.set(answer.number, answer);
      this.done++;
      give();
      this.wake();
    });
    thread.on('error', (error) => this.fail(error));
    thread.on('exit', (code) => this.fail(new Error(`a thread that sweeps ended too early, with ${code}`)));
    give();
  }

  private fail(why: unknown): void {
    if (this.isStopped) return;
    this.failures.push(why);
    this.wake();
  }
}
