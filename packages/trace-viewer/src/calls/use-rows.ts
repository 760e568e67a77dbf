import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { Subject, switchMap } from 'rxjs';
import { engine } from '../state/engine.ts';
import { runId } from '../state/runs.ts';
import type { CallRow } from './call-row.ts';

/** Rows that are kept. */
const KEPT = 4096;

/** The rows of a run as far as they were fetched. */
export interface FetchedRows {
  get(record: number): CallRow | undefined;
  /** Fetches those of these records that are not there; what was wanted before is not wanted any more. */
  want(records: readonly number[]): void;
}

/** The rows of the run that is looked at. */
export function useRows(): FetchedRows {
  const { value: run } = runId;
  const version = useSignal(0);
  const fetched = useMemo(() => new Map<number, CallRow>(), [run]);
  const wanted = useMemo(() => new Subject<readonly number[]>(), [run]);
  useEffect(() => {
    const fetching = wanted.pipe(switchMap((records) => engine.ask('callRows', { run, records }))).subscribe((rows) => {
      if (fetched.size + rows.length > KEPT) fetched.clear();
      for (const row of rows) fetched.set(row.record, row);
      version.value++;
    });
    return () => fetching.unsubscribe();
  }, [run]);
  // Who looks at rows is drawn again when there are more.
  void version.value;
  return {
    get: (record) => fetched.get(record),
    want: (records) => {
      const missing = records.filter((record) => !fetched.has(record));
      if (missing.length > 0) wanted.next(missing);
    },
  };
}
