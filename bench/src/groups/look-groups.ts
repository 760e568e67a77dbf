import { HeapBatch, heapDigest, openState, stateDigest, stateDigestFromScratch } from '@heaplay/core';
import { diffConfigurations, diffTraces } from '@heaplay/replay';
import type { RecordBatch } from '@heaplay/replay';
import { lastValueFrom, of } from 'rxjs';
import type { Group, Subject } from '../harness/subject.ts';
import { jsonParseSubject } from '../subjects/others.ts';
import { goldenTrace } from '../workloads/golden.ts';
import { host } from '../workloads/host.ts';
import { linesOf } from '../workloads/lines.ts';
import { mixedOrders } from '../workloads/mixed-orders.ts';

/** Runs a function so often that the timer sees it. */
function often(name: string, times: number, look: () => unknown): Subject {
  return {
    name,
    ours: true,
    events: times,
    run: () => {
      let seen: unknown;
      for (let i = 0; i < times; i++) seen = look();
      return seen;
    },
  };
}

/** Looking at one state: digests. */
export const DIGEST_GROUP: Group = {
  name: 'digest',
  title: 'digests of a state after 65,536 mixed calls, 4 GiB',
  unit: 'digest',
  reference: 'heap digest',
  rounds: 15,
  subjects: (quick) => {
    const { start, calls } = mixedOrders(host(4), quick ? 8192 : 65_536);
    const batch = new HeapBatch(start);
    for (const call of calls) batch.apply(call);
    const state = batch.commit();
    const heap = openState(state);
    return [
      often('state digest, kept up to date', 10_000, () => stateDigest(state)),
      often('state digest, from scratch', 4, () => stateDigestFromScratch(state)),
      often('heap digest', 16, () => heapDigest(heap)),
    ];
  },
};

/** Comparing two runs. */
export const DIFF_GROUP: Group = {
  name: 'diff',
  title: 'comparing runs of the reference trace 4.23.direct-map-all.1node.mixed',
  unit: 'record',
  reference: 'JSON.parse',
  rounds: 15,
  subjects: async () => {
    const { header, records, calls } = await goldenTrace('4.23.direct-map-all.1node.mixed');
    const { machine, heap } = header;
    const batches: RecordBatch = { first: 1, records };
    const events = records.length;
    const trace = { name: 'golden', header, batches: of(batches) };
    const other = { machine, heap: { ...heap, bootScrub: 'off' as const } };
    return [
      {
        name: 'diff of a trace with itself',
        ours: true,
        events,
        async: true,
        run: () => lastValueFrom(diffTraces(trace, trace)),
      },
      {
        name: 'diff of two configurations',
        ours: true,
        events,
        async: true,
        run: () => lastValueFrom(of(batches).pipe(diffConfigurations('golden', header, other))),
      },
      jsonParseSubject(linesOf({ calls, results: calls.map(({ result }) => result as never) }), events),
    ];
  },
};
