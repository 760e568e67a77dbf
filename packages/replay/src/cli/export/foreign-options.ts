import { UsageError } from '../exit.ts';

/** Options of `heaplay export` that say something about tables. */
export const TABLE_OPTIONS: readonly string[] = ['table', 'at', 'every'];

/** Options that say something about spans and metrics. */
export const TELEMETRY_OPTIONS: readonly string[] = ['withRecorded', 'sample', 'start', 'metricsEvery'];

/** Refuses options that say nothing to a format. `why` ends the sentence that begins with the option. Throws `UsageError`. */
export function refuseOptions(options: object, foreign: readonly string[], why: string): void {
  const given = foreign.find((key) => (options as Readonly<Record<string, unknown>>)[key] !== undefined);
  if (given === undefined) return;
  const flag = `--${given.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  throw new UsageError(`${flag} ${why}. Next: leave it out`);
}
