import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { HEAP_MODES, XEN_VERSIONS } from '@heaplay/core';
import type { FailureReason, HeapMode, XenVersion } from '@heaplay/core';
import { describe, expect, it } from 'vitest';
import { explainRecord } from '../src/analysis/explain.ts';
import { isAllocation } from '../src/diff/call-class.ts';
import { WORKLOADS, WORKLOAD_NAMES } from '../src/record/workload/catalogue.ts';
import type { WorkloadName, WorkloadParameters } from '../src/record/workload/catalogue.ts';
import { WorkloadRun } from '../src/record/workload/run-workload.ts';
import { WorkloadError } from '../src/record/workload/workload-error.ts';
import { workloadParameters, workloadSetup } from '../src/record/workload/workload-setup.ts';
import { resolveSetup } from '../src/rebase/resolve-setup.ts';
import { Verifier } from '../src/replay/verify.ts';
import { timelineOf } from '../src/timeline/open-timeline.ts';
import { encodeRecord } from '../src/trace/encode-record.ts';
import { encodeHeader } from '../src/trace/header.ts';
import type { TraceHeader } from '../src/trace/header.ts';
import { isObservation } from '../src/trace/record-kind.ts';
import { TraceTable } from '../src/trace/table.ts';
import type { TraceRecord } from '../src/trace/trace-record.ts';

const MIB = 2 ** 20;

/** Small machines, on which every workload soon comes to what it is for. */
const SMALL: Readonly<Record<WorkloadName, Partial<WorkloadParameters>>> = {
  'domain-churn': { memory: 256 * MIB, domains: 12, domainMemory: 24 * MIB },
  'xenheap-pressure': { memory: 128 * MIB, domains: 4 },
  fragmentation: { memory: 64 * MIB, domains: 4 },
  'dma-exhaustion': { memory: 256 * MIB, domains: 4, domainMemory: 64 * MIB },
  'numa-imbalance': { memory: 256 * MIB, domains: 12, domainMemory: 16 * MIB },
  'claims-race': { memory: 128 * MIB, domains: 6, domainMemory: 32 * MIB },
  'page-offlining': { memory: 128 * MIB, domains: 4, domainMemory: 16 * MIB },
  'boot-storm': { memory: 256 * MIB, domains: 24, domainMemory: 16 * MIB },
  'mixed-orders': { memory: 256 * MIB },
};

interface Made {
  readonly header: TraceHeader;
  readonly records: readonly TraceRecord[];
}

function make(
  name: WorkloadName,
  events: number,
  { seed = 1, mode = 'direct-map-all', xen = '4.23' }: { seed?: number; mode?: HeapMode; xen?: XenVersion } = {},
): Made {
  const parameters = workloadParameters(name, SMALL[name]);
  const setup = resolveSetup(workloadSetup(name, parameters, mode), { mode, xen });
  const run = new WorkloadRun({ name, seed, events, parameters, setup, version: '1' });
  const records = Array.from(run.batches()).flatMap((batch) => batch.records);
  expect(run.stopped).toBeNull();
  return { header: run.recorder.header, records };
}

function bytes({ header, records }: Made): string {
  return [encodeHeader(header), ...records.map(encodeRecord)].join('\n');
}

/** How often allocations failed for each reason, as the search itself explains it. */
async function reasons(made: Made): Promise<Partial<Record<FailureReason, number>>> {
  const { header, records } = made;
  const table = new TraceTable();
  for (const record of records) table.append(record);
  const timeline = await timelineOf({ name: 'workload', header, table });
  const counts: Partial<Record<FailureReason, number>> = {};
  for (const [at, record] of records.entries()) {
    if (isObservation(record) || !isAllocation(record.type) || record.result !== null) continue;
    const { reason } = explainRecord(timeline, at + 1);
    if (reason !== null) counts[reason] = (counts[reason] ?? 0) + 1;
  }
  return counts;
}

const EVENTS = 5000;
const SETUPS = HEAP_MODES.flatMap((mode) => XEN_VERSIONS.map((xen) => ({ mode, xen })));

describe.each(WORKLOAD_NAMES)('workload %s', (name) => {
  it.each(SETUPS)('verifies under $mode and $xen, with as many records as were wanted', ({ mode, xen }) => {
    const { header, records } = make(name, EVENTS, { mode, xen });
    expect(records.length).toBe(EVENTS);
    expect(header.heap).toMatchObject({ mode, xen });
    const verifier = new Verifier(header.machine, header.heap);
    verifier.checkBatch({ first: 1, records }, true);
    expect(verifier.result()).toMatchObject({ records: EVENTS, ok: true, mismatches: [] });
  });

  it('makes the same bytes of the same seed, other ones of another, and less of them of fewer events', () => {
    const [first, again, other] = [make(name, EVENTS), make(name, EVENTS), make(name, EVENTS, { seed: 2 })];
    expect(bytes(again) === bytes(first)).toBe(true);
    const lines = first.records.map(encodeRecord);
    expect(other.records.map(encodeRecord)).not.toEqual(lines);
    expect(make(name, 1000).records.map(encodeRecord)).toEqual(lines.slice(0, 1000));
    expect(first.header.recorder.source).toMatch(
      new RegExp(`^workload:${name} seed=1 events=${EVENTS} memory=\\d+ nodes=`),
    );
  });
});

describe('a workload does what its name says', () => {
  it('[DOM-9] domain-churn: superpages, 4 KiB where there are none, balloons, deaths, ids used again', async () => {
    const { records } = make('domain-churn', 60_000);
    let fallback = 0;
    for (const [at, record] of records.entries()) {
      if (record.type !== 'populate_physmap' || record.order !== 9 || record.result !== null) continue;
      const next = records
        .slice(at + 1)
        .find((other) => other.type === 'populate_physmap' && other.domain === record.domain);
      if (next?.type === 'populate_physmap' && next.order === 0 && next.result !== null) fallback++;
    }
    expect(fallback).toBeGreaterThan(10);
    const created = records.filter((record) => record.type === 'domain_create').length;
    const killed = records.filter((record) => record.type === 'domain_kill').length;
    expect(killed).toBeGreaterThan(20);
    expect(created - killed).toBeLessThanOrEqual(12);
  });

  it('[XEN-1] xenheap-pressure: a separate xen heap is full while the dom heap is not', async () => {
    const counts = await reasons(make('xenheap-pressure', 12_000, { mode: 'separate-xenheap' }));
    expect(counts['zone-limit']).toBeGreaterThan(20);
  });

  it('[MODE-3] xenheap-pressure: no memory in the direct map, though there is above', async () => {
    const counts = await reasons(make('xenheap-pressure', 12_000, { mode: 'direct-map-partial' }));
    expect(counts['zone-limit']).toBeGreaterThan(0);
  });

  it('[BUDDY-6] fragmentation: much is free, but in pieces', async () => {
    const counts = await reasons(make('fragmentation', 24_000));
    expect(counts.fragmented).toBeGreaterThan(100);
    expect(Object.keys(counts)).toEqual(['fragmented']);
  });

  it('[DOM-3] [DOM-4] dma-exhaustion: no low memory for devices, none for those who must leave it alone', async () => {
    const counts = await reasons(make('dma-exhaustion', 60_000));
    expect(counts['zone-limit']).toBeGreaterThan(20);
    expect(counts['dma-refused']).toBeGreaterThan(20);
  });

  it('[NUMA-3] numa-imbalance: who insists on the full node fails, others spill over', async () => {
    const made = make('numa-imbalance', 24_000);
    const counts = await reasons(made);
    expect(counts['exact-node']).toBeGreaterThan(5);
    const [, second] = made.header.machine.nodes;
    const first = second?.ranges[0]?.[0] ?? Infinity;
    const bound = new Set<number>();
    let spilled = 0;
    for (const record of made.records) {
      if (record.type === 'domain_create' && record.nodeAffinity?.join() === '0') bound.add(record.domain);
      else if (record.type === 'domain_create') bound.delete(record.domain);
      if (record.type === 'populate_physmap' && bound.has(record.domain) && Number(record.result) >= first) spilled++;
    }
    expect(spilled).toBeGreaterThan(50);
  });

  it('[CLAIM-1] [BUDDY-5] claims-race: claims are refused, and those without are turned away by claims', async () => {
    const made = make('claims-race', 24_000);
    expect((await reasons(made)).claimed).toBeGreaterThan(10);
    const answers = made.records.flatMap((record) =>
      record.type === 'domain_set_outstanding_pages' && record.pages > 0 ? [record.result] : [],
    );
    expect(new Set(answers)).toEqual(new Set([0, -12]));
  });

  it.each(XEN_VERSIONS)('[OFF-1] [OFF-3] page-offlining: pages leave and come back, in use or free: %s', (xen) => {
    const { records } = make('page-offlining', 12_000, { xen });
    const seen = new Set<string>();
    for (const record of records) {
      if (record.type === 'offline_page' && record.result !== undefined)
        seen.add(`offline ${record.result.status & 15}`);
      if (record.type === 'online_page' && record.result !== undefined) seen.add(`online ${record.result.status}`);
    }
    // Nobody's page becomes offlining with the status "failed". In 4.23 any page may be asked for, a free or an owned one.
    const any = xen === '4.23' ? ['offline 2', 'offline 4'] : [];
    expect(Array.from(seen).toSorted()).toEqual([...any, 'offline 8', 'online 2']);
  });

  it('boot-storm: domains get their extents in turns, until there is no more', async () => {
    const made = make('boot-storm', 12_000);
    const turns = made.records.flatMap((record) => (record.type === 'populate_physmap' ? [record.domain] : []));
    expect(turns.slice(0, 48)).toEqual([...turns.slice(0, 24), ...turns.slice(0, 24)]);
    expect(new Set(turns.slice(0, 24)).size).toBe(24);
    expect((await reasons(made)).exhausted).toBeGreaterThan(10);
  });

  it('mixed-orders: all orders up to 9, for Xen, for domains and for nobody, and nothing fails', () => {
    const { records } = make('mixed-orders', 12_000);
    const orders = new Set<number>();
    const owners = new Set<string>();
    for (const record of records) {
      if (record.type !== 'alloc_xenheap_pages' && record.type !== 'alloc_domheap_pages') continue;
      orders.add(record.order);
      owners.add(record.type === 'alloc_xenheap_pages' ? 'xen' : record.domain === undefined ? 'nobody' : 'domain');
      expect(record.result).not.toBeNull();
    }
    expect(Array.from(orders).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(owners).toEqual(new Set(['xen', 'domain', 'nobody']));
  });
});

describe('docs/workloads.md', () => {
  const text = readFileSync(fileURLToPath(new URL('../../../docs/workloads.md', import.meta.url)), 'utf8');

  it.each(WORKLOAD_NAMES)('has a section for %s, with the question that it answers', (name) => {
    const [, section = ''] = text.split(`\n## ${name}\n`);
    expect(section.split('\n## ')[0]).toContain(`**${WORKLOADS[name].question}**`);
  });
});

describe('parameters of a workload', () => {
  it('has its own where nobody says otherwise', () => {
    for (const name of WORKLOAD_NAMES) expect(workloadParameters(name)).toEqual(WORKLOADS[name].defaults);
  });

  it.each([
    ['numa-imbalance', { nodes: 1 }, 'nodes'],
    ['mixed-orders', { nodes: 256 }, 'nodes'],
    ['mixed-orders', { memory: 1024 }, 'memory'],
    ['mixed-orders', { memory: 128 * MIB, nodes: 4 }, 'memory'],
    ['mixed-orders', { memory: 2 ** 60 }, 'memory'],
    ['mixed-orders', { domainMemory: MIB }, 'domainMemory'],
    ['domain-churn', { domainMemory: MIB }, 'domainMemory'],
    ['domain-churn', { memory: 256 * MIB, domainMemory: 512 * MIB }, 'domainMemory'],
    ['boot-storm', { domains: 40_000 }, 'domains'],
    ['boot-storm', { domains: 1.5 }, 'domains'],
  ] as const)('%s refuses %j', (name, wanted, parameter) => {
    let error: unknown;
    try {
      workloadParameters(name, wanted);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(WorkloadError);
    expect(error).toMatchObject({
      parameter,
      message: expect.stringMatching(new RegExp(`^${name}: ${parameter}: found `)),
    });
  });
});
