import { checkInvariants } from '@heaplay/core';
import type { HeapMode, XenVersion } from '@heaplay/core';
import { from as fromArray, lastValueFrom, toArray } from 'rxjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { openTraceFile } from '../src/cli/open-trace.ts';
import { diffConfigurations } from '../src/diff/diff-configurations.ts';
import { differs } from '../src/diff/diff-result.ts';
import { diffTraces } from '../src/diff/diff-traces.ts';
import { resolveSetup } from '../src/rebase/resolve-setup.ts';
import type { ConfigChange, Setup } from '../src/rebase/reconfigure.ts';
import { ReplayRun } from '../src/replay/replay-run.ts';
import type { RecordBatch } from '../src/trace/batch.ts';
import type { TraceRecord } from '../src/trace/trace-record.ts';
import { corpusPath } from './corpus.ts';

interface Loaded {
  readonly name: string;
  readonly header: Setup;
  readonly batches: readonly RecordBatch[];
}

async function load(path: string): Promise<Loaded> {
  const trace = await openTraceFile(corpusPath(path), () => {});
  const { machine, heap } = trace.header;
  return { name: path, header: { machine, heap }, batches: await lastValueFrom(trace.batches.pipe(toArray())) };
}

function replayAll(trace: Loaded, to: Setup): { run: ReplayRun; records: TraceRecord[] } {
  const run = new ReplayRun(trace.header, to);
  const records = trace.batches.flatMap((batch) => run.add(batch));
  return { run, records };
}

const X86 = 'recordings/x86-2g.4.17.heaplay.jsonl';
const ARM32 = 'recordings/arm32-1g.4.17.heaplay.jsonl';
const CHANGES: readonly (ConfigChange & { readonly name: string })[] = [
  { name: 'separate-xenheap', mode: 'separate-xenheap' },
  { name: 'direct-map-on-demand', mode: 'direct-map-on-demand' },
  { name: 'direct-map-partial', mode: 'direct-map-partial', heap: { xenheapMaxMfn: 0x3ffff } },
  ...(['4.23', '4.6'] as const satisfies readonly XenVersion[]).map((xen) => ({ name: `Xen ${xen}`, xen })),
];

describe.each([X86, 'recordings/arm64-2g.4.17.heaplay.jsonl', 'recordings/x86-512m-core.4.17.heaplay.jsonl'])(
  '%s',
  (path) => {
    let trace: Loaded;
    beforeAll(async () => {
      trace = await load(path);
    });

    it.each(CHANGES)('[REBASE-1] invariants hold at the end under $name', (change) => {
      // The lower 256 MiB of RAM make a partial direct map on every one of these machines.
      const [first = 0] = trace.header.machine.ram[0] ?? [];
      const heap = change.heap === undefined ? {} : { heap: { xenheapMaxMfn: first + 0xffff } };
      const { run } = replayAll(trace, resolveSetup(trace.header, { ...change, ...heap }));
      expect(checkInvariants(run.publish())).toEqual([]);
      expect(run.result().bug).toBeNull();
    });

    it.each(CHANGES)('[REBASE-2] a rebased trace verifies as a recording of its own under $name', async (change) => {
      const [first = 0] = trace.header.machine.ram[0] ?? [];
      const heap = change.heap === undefined ? {} : { heap: { xenheapMaxMfn: first + 0xffff } };
      const { run, records } = replayAll(trace, resolveSetup(trace.header, { ...change, ...heap }));
      const again = new ReplayRun(run.setup, run.setup);
      expect(again.add({ first: 1, records })).toEqual(records);
      expect(again.result().stateDigest).toBe(run.result().stateDigest);
    });

    it('[DIFF-1] a run under its own configuration differs in nothing', async () => {
      const { machine, heap } = trace.header;
      const debug = { machine, heap: { ...heap, debug: !heap.debug } };
      const result = await lastValueFrom(fromArray(trace.batches).pipe(diffConfigurations(path, trace.header, debug)));
      expect(result.same).toBe(result.calls);
      expect(result.calls).toBeGreaterThan(100);
      expect(differs(result)).toBe(false);
    });

    it('[DIFF-2] every call is counted once', async () => {
      const to = resolveSetup(trace.header, { mode: 'separate-xenheap' });
      const result = await lastValueFrom(fromArray(trace.batches).pipe(diffConfigurations(path, trace.header, to)));
      const { calls, same, moved, failedOnlyInA, failedOnlyInB, changed, orphaned } = result;
      expect(same + moved + failedOnlyInA + failedOnlyInB + changed + orphaned).toBe(calls);
    });
  },
);

describe('the layout of the target', () => {
  it('[PLAN-1] a machine of 32-bit Arm gets the xen heap that its own start-up chose', async () => {
    const trace = await load(ARM32);
    const ram = [...trace.header.machine.ram, trace.header.heap.xenHeap ?? [0, 0]] as const;
    const machine = { ...trace.header.machine, ram };
    const to = resolveSetup(
      { machine, heap: { ...trace.header.heap, mode: 'direct-map-all', xenHeap: null } },
      { mode: 'separate-xenheap' },
    );
    expect(to.heap.xenHeap).toEqual(trace.header.heap.xenHeap);
  });

  it('[PLAN-2] a separate xen heap becomes ordinary RAM in one heap', async () => {
    const trace = await load(ARM32);
    const to = resolveSetup(trace.header, { mode: 'direct-map-all' });
    const { run } = replayAll(trace, to);
    const recorded = replayAll(trace, trace.header);
    // The guard pages at both ends of a separate xen heap are free again, nothing else is more or less.
    expect(run.result().freePages - recorded.run.result().freePages).toBe(2);
    expect(run.result().orphaned).toBe(0);
  });

  it('[PLAN-3] without room for a xen heap the machine does not boot, and says how much there was', async () => {
    const trace = await load(X86);
    const tiny = { ...trace.header.machine, ram: [[256, 4096]] as const };
    expect(() => resolveSetup({ ...trace.header, machine: tiny }, { mode: 'separate-xenheap' })).toThrow(
      /Not enough space for xenheap: 32 MiB wanted .* has 15 MiB/,
    );
  });

  it('[MODE-3] every xen-heap frame lies below the width that xenheap_max_mfn is rounded down to', async () => {
    const trace = await load(X86);
    const mode: HeapMode = 'direct-map-partial';
    const { records } = replayAll(trace, resolveSetup(trace.header, { mode, heap: { xenheapMaxMfn: 0x5ffff } }));
    const frames = records.flatMap((record) =>
      record.type === 'alloc_xenheap_pages' && typeof record.result === 'number' ? [record.result] : [],
    );
    expect(frames.length).toBeGreaterThan(20);
    expect(Math.max(...frames)).toBeLessThan(0x40000);
  });
});

describe('two traces', () => {
  it('[DIFF-3] a trace against itself is the same in every call', async () => {
    const trace = await load(X86);
    const side = { ...trace, batches: fromArray(trace.batches) };
    const result = await lastValueFrom(diffTraces(side, side));
    expect([result.same, result.onlyInA, result.onlyInB]).toEqual([result.calls, 0, 0]);
  });

  it('[DIFF-4] calls left out of one trace are found, and shift nothing', async () => {
    const trace = await load(X86);
    const records = trace.batches.flatMap((batch) => batch.records);
    const without = records.filter((record) => record.type !== 'scrub_free_pages');
    const left = records.length - without.length;
    const result = await lastValueFrom(
      diffTraces(
        { ...trace, batches: fromArray(trace.batches) },
        { ...trace, name: 'shorter', batches: fromArray([{ first: 1, records: without }]) },
      ),
    );
    expect(left).toBeGreaterThan(0);
    expect([result.onlyInA, result.onlyInB]).toEqual([left, 0]);
  });
});
