import { readFileSync } from 'node:fs';
import { Engine } from '../src/engine/engine.ts';
import { openTrace } from '../src/engine/open-trace.ts';
import { Job } from '../src/remote/job.ts';
import { corpusPath } from './built-page.ts';

/** A job that nobody cancels, and what it told. */
export function job<P>(told: P[] = []): Job<P> {
  return new Job<P>((value) => told.push(value));
}

/** An engine with some traces of the corpus, as the page would open them. */
export async function openedEngine(...traces: readonly string[]): Promise<Engine> {
  const engine = new Engine();
  for (const name of traces) {
    await openTrace(engine, { name, from: new Blob([new Uint8Array(readFileSync(corpusPath(name)))]) }, job());
  }
  return engine;
}
