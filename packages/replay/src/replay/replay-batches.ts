import { RUN_ATTRIBUTES, RUN_SPANS } from '../instrument/run-attributes.ts';
import { bugAttributes, setupAttributes } from '../instrument/setup-attributes.ts';
import { tracedPieces } from '../instrument/traced.ts';
import type { RecordBatch } from '../trace/batch.ts';
import type { ReplayRun } from './replay-run.ts';

/** Replays a stream of records to its end, or to that of the run; gives them as this configuration has them. */
export function replayBatches(
  name: string,
  batches: AsyncIterable<RecordBatch>,
  run: ReplayRun,
): AsyncGenerator<RecordBatch, void, undefined> {
  return tracedPieces(
    { name: RUN_SPANS.replay, attributes: setupAttributes(name, run.setup) },
    replayed(batches, run),
    () => {
      const { records, calls, failed, orphaned, bug } = run.counts();
      return {
        [RUN_ATTRIBUTES.records]: records,
        [RUN_ATTRIBUTES.calls]: calls,
        [RUN_ATTRIBUTES.failed]: failed,
        [RUN_ATTRIBUTES.orphaned]: orphaned,
        ...bugAttributes(bug),
      };
    },
  );
}

async function* replayed(batches: AsyncIterable<RecordBatch>, run: ReplayRun): AsyncGenerator<RecordBatch> {
  let first = 1;
  for await (const batch of batches) {
    const records = run.add(batch);
    if (records.length > 0) yield { first, records };
    first += records.length;
    if (run.ended) return;
  }
}
