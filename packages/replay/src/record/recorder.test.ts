import { CALL_TYPES, PAGE_SIZE, heapPreset } from '@heaplay/core';
import type { CpuId, DomainId, Mfn, NodeId, Order, PhysicalAddress, VirtualAddress } from '@heaplay/core';
import { describe, expect, it } from 'vitest';
import { corpusPath } from '../../test/corpus.ts';
import { encodeRecord } from '../trace/encode-record.ts';
import { loadTraceFile } from '../trace/node/file.ts';
import { isObservation } from '../trace/record-kind.ts';
import type { TraceRecord } from '../trace/trace-record.ts';
import { createRecorder } from './recorder.ts';
import type { Recorder } from './recorder.ts';
import { RecordingEnded, RecordingStopped } from './recording-stopped.ts';

const order = (value: number): Order => value as Order;
const address = (frame: number): PhysicalAddress => (frame * PAGE_SIZE) as PhysicalAddress;

/** A recorder of a machine of 64 MiB, and what it emits. */
function recorded(clock?: () => number): { readonly recorder: Recorder; readonly records: TraceRecord[] } {
  const recorder = createRecorder({
    machine: {
      arch: 'x86_64',
      frames: 16384,
      ram: [[0, 16384]],
      nodes: [{ id: 0 as NodeId, ranges: [[0, 16384]] }],
      cpus: [0 as NodeId],
      reserved: [],
    },
    heap: heapPreset('x86_64', 'direct-map-all'),
    recorder: { name: 'test', version: '1', source: 'recorder.test' },
    ...(clock === undefined ? {} : { clock }),
  });
  const records: TraceRecord[] = [];
  recorder.subscribe((record) => records.push(record));
  recorder.initDomheapPages({ start: address(8192), end: address(16384) });
  return { recorder, records };
}

/** `alloc_domheap_pages` in a program: `allocDomheapPages`. */
function methodOf(type: string): string {
  return type.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

type Methods = Readonly<Record<string, (args: object) => unknown>>;

/** Somebody makes the call of a record of a trace, or looks where somebody looked. */
function again(recorder: Recorder, { type, ...said }: TraceRecord): void {
  const args = Object.entries(said).filter(([key]) => !['result', 'virqs', 'bug'].includes(key));
  (recorder as unknown as Methods)[methodOf(type)]?.(Object.fromEntries(args));
}

const GOLDEN = [
  '4.23.direct-map-all.1node.mixed',
  '4.23.separate-xenheap.numa.mixed',
  '4.17.direct-map-partial.1node.mixed',
  '4.6.direct-map-all.numa.mixed',
  '4.17.direct-map-all.1node.bug_doublefree',
];

describe('the recorder', () => {
  it('has a function for every call of the trace format', () => {
    const { recorder } = recorded();
    const functions = recorder as unknown as Methods;
    expect(CALL_TYPES.filter((type) => typeof functions[methodOf(type)] !== 'function')).toEqual([]);
  });

  it.each(GOLDEN)('makes the records that real Xen left, of the same calls: %s', async (name) => {
    const { header, table } = await loadTraceFile(corpusPath(`golden/${name}.heaplay.jsonl.gz`));
    const recorder = createRecorder(header);
    const lines: string[] = [];
    recorder.subscribe((record) => {
      if (!isObservation(record)) lines.push(encodeRecord(record));
    });
    const wanted: string[] = [];
    let stopped = false;
    for (let number = 1; number <= table.length; number++) {
      const record = table.record(number);
      if (isObservation(record)) continue;
      wanted.push(encodeRecord(record));
      try {
        again(recorder, record);
      } catch (error) {
        if (!(error instanceof RecordingStopped)) throw error;
        stopped = true;
      }
    }
    expect(lines).toEqual(wanted);
    expect(stopped).toBe(name.includes('bug'));
  });

  it('returns what Xen would have, and fills in what came of the call', () => {
    const { recorder, records } = recorded();
    recorder.domainCreate({ domain: 1 as DomainId, maxPages: 4 });
    const mfn = recorder.allocDomheapPages({ domain: 1 as DomainId, order: order(2), caller: ['a', 'b'] });
    expect(mfn).toBe(16380);
    expect(recorder.populatePhysmap({ domain: 1 as DomainId, order: order(0), cpu: 0 as CpuId })).toBeNull();
    recorder.freeDomheapPages({ mfn: mfn as Mfn, order: order(2) });
    expect(records.slice(2)).toEqual([
      { type: 'alloc_domheap_pages', domain: 1, order: 2, caller: ['a', 'b'], result: 16380 },
      { type: 'populate_physmap', domain: 1, order: 0, cpu: 0, result: null },
      { type: 'free_domheap_pages', mfn: 16380, order: 2 },
    ]);
    expect(recorder.records).toBe(5);
    expect(recorder.state().totals.freePages).toBe(8192);
  });

  it('takes the time from the clock it was given, from the call where that says it, and else says none', () => {
    expect(recorded().records[0]).not.toHaveProperty('at');
    let now = 0;
    const { recorder, records } = recorded(() => (now += 10));
    recorder.allocXenheapPages({ order: order(0), at: 15 });
    recorder.observeDigest();
    expect(records.map(({ at }) => at)).toEqual([10, 15, 20]);
  });

  it('records nothing of a call that makes no sense, and goes on', () => {
    const { recorder, records } = recorded();
    expect(() => recorder.freeDomheapPages({ mfn: 99_999 as Mfn, order: order(0) })).toThrow(/frame table ends/);
    expect(() => recorder.domainKill({ domain: 7 as DomainId })).toThrow(/d7|domain/);
    expect(records.length).toBe(1);
    expect(recorder.allocXenheapPages({ order: order(0) })).toBe(16383);
    expect(records.length).toBe(2);
  });

  it('ends with the call at which Xen stops', () => {
    const { recorder, records } = recorded();
    let completed = false;
    recorder.subscribe({ complete: () => (completed = true) });
    const mfn = recorder.allocDomheapPages({ order: order(0) }) as Mfn;
    recorder.freeDomheapPages({ mfn, order: order(0) });
    expect(() => recorder.freeDomheapPages({ mfn, order: order(0) })).toThrow(RecordingStopped);
    expect(records.at(-1)).toEqual({ type: 'free_domheap_pages', mfn, order: 0, bug: 'BUG' });
    expect(completed).toBe(true);
    expect(() => recorder.heapInitLate()).toThrow(RecordingEnded);
    expect(() => recorder.observeHeap()).toThrow(RecordingEnded);
    expect(records.length).toBe(4);
  });

  it('is hot: who comes late gets what is recorded from then on', () => {
    const { recorder } = recorded();
    const late: TraceRecord[] = [];
    const subscription = recorder.subscribe((record) => late.push(record));
    recorder.heapInitLate();
    subscription.unsubscribe();
    recorder.setSystemState({ state: 'active' });
    expect(late.map(({ type }) => type)).toEqual(['heap_init_late']);
  });

  it('records a call on the address space with the result that its caller knows', () => {
    const { recorder, records } = recorded();
    const va = 0xffff_8300_0000_0000n as unknown as VirtualAddress;
    expect(recorder.mapDomainPage({ mfn: 9000 as Mfn, result: va })).toBe(va);
    expect(recorder.mapDomainPage({ mfn: 9001 as Mfn })).toBeUndefined();
    expect(records.slice(1)).toEqual([
      { type: 'map_domain_page', mfn: 9000, result: va },
      { type: 'map_domain_page', mfn: 9001 },
    ]);
  });
});
