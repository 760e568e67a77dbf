import type { Order } from '@heaplay/core';
import { Subject, from, lastValueFrom, toArray } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadTrace } from '../trace/load.ts';
import { portableSha256 } from '../trace/hash.ts';
import { traceHeader } from '../trace/header.ts';
import type { TraceHeader } from '../trace/header.ts';
import { instantPacker } from '../trace/pack-at-once.ts';
import type { TraceRecord } from '../trace/trace-record.ts';
import type { Compression } from '../trace/unpack.ts';
import { FLUSH_MILLISECONDS, FLUSH_RECORDS, TraceStream, traceBytes } from './trace-stream.ts';
import { workloadParameters, workloadSetup } from './workload/workload-setup.ts';

const { machine, heap } = workloadSetup('mixed-orders', workloadParameters('mixed-orders'));
const HEADER: TraceHeader = traceHeader({ name: 'test', version: '1', source: 'trace-stream.test' }, machine, heap);
const RECORD: TraceRecord = { type: 'alloc_domheap_pages', order: 0 as Order, result: null };
const RECORDS: readonly TraceRecord[] = Array.from({ length: 50 }, () => RECORD);

/** A stream, and how many records have been passed on. */
async function stream(timed = true): Promise<{
  readonly stream: TraceStream;
  readonly passed: () => number;
  readonly text: () => string;
}> {
  let text = '';
  const sink = (bytes: Uint8Array): void => {
    text += new TextDecoder().decode(bytes);
  };
  const made = new TraceStream(HEADER, sink, { packer: await instantPacker('none'), sha256: portableSha256, timed });
  return { stream: made, passed: () => text.trimEnd().split('\n').length - 1, text: () => text };
}

describe('a stream of a trace while it is recorded', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('passes on the header at once', async () => {
    const { text } = await stream();
    expect(text()).toMatch(/^\{"heaplay":1,.*\}\n$/);
  });

  it(`keeps no record longer than ${FLUSH_MILLISECONDS} ms`, async () => {
    const { stream: to, passed } = await stream();
    for (let round = 1; round <= 3; round++) {
      to.next(RECORD);
      vi.advanceTimersByTime(FLUSH_MILLISECONDS - 1);
      expect(passed()).toBe(round - 1);
      vi.advanceTimersByTime(1);
      expect(passed()).toBe(round);
    }
  });

  it(`keeps fewer than ${FLUSH_RECORDS} records, however fast they come`, async () => {
    const { stream: to, passed } = await stream();
    for (let made = 1; made <= 5 * FLUSH_RECORDS; made++) {
      to.next(RECORD);
      expect(made - passed()).toBeLessThan(FLUSH_RECORDS);
    }
    expect(passed()).toBe(5 * FLUSH_RECORDS);
  });

  it('looks at the clock itself where timers have no turn', async () => {
    const { stream: to, passed } = await stream();
    to.next(RECORD);
    const now = performance.now();
    vi.spyOn(performance, 'now').mockReturnValue(now + FLUSH_MILLISECONDS);
    to.next(RECORD);
    expect(passed()).toBe(2);
  });

  it('heeds no clock where that is not wanted', async () => {
    const { stream: to, passed } = await stream(false);
    to.next(RECORD);
    vi.advanceTimersByTime(10 * FLUSH_MILLISECONDS);
    to.next(RECORD);
    expect(passed()).toBe(0);
    for (let made = 2; made < FLUSH_RECORDS; made++) to.next(RECORD);
    expect(passed()).toBe(FLUSH_RECORDS);
  });

  it('passes on nothing behind its end', async () => {
    const { stream: to, text } = await stream();
    to.next(RECORD);
    to.complete();
    const whole = text();
    to.next(RECORD);
    to.complete();
    vi.advanceTimersByTime(1000);
    expect(text()).toBe(whole);
    expect(whole).toContain('{"type":"end","records":1,');
  });
});

describe('the bytes of a trace, as an operator', () => {
  it.each(['none', 'gzip', 'zstd'] as const)('%s: are a whole trace', async (compression: Compression) => {
    const bytes = await lastValueFrom(from(RECORDS).pipe(traceBytes(HEADER, { compression }), toArray()));
    const { table, header, end } = await loadTrace(chunks(bytes));
    expect(header).toEqual(HEADER);
    expect(Array.from(RECORDS, (_, at) => table.record(at + 1))).toEqual(RECORDS);
    expect(end).toMatchObject({ footer: 'verified', compression, cut: null });
  });

  it('end whole where the source breaks off, and pass its error on', async () => {
    const pieces: Uint8Array[] = [];
    const source = new Subject<TraceRecord>();
    const failed = new Promise((resolve) => {
      source.pipe(traceBytes(HEADER)).subscribe({ next: (piece) => pieces.push(piece), error: resolve });
    });
    for (const record of RECORDS) source.next(record);
    source.error('it broke');
    expect(await failed).toBe('it broke');
    const { end } = await loadTrace(chunks(pieces));
    expect(end).toMatchObject({ footer: 'verified', records: RECORDS.length });
  });
});

async function* chunks(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}
