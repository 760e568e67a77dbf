import { mkdtempSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { loadTraceFile } from '../../src/trace/node/file.ts';
import type { JsonFields } from '@heaplay/core';
import { recordToJson } from '../../src/trace/encode-record.ts';
import { interrupt } from '../../src/cli/interrupt.ts';
import { type CliRun, heaplay } from '../cli.ts';
import { FakeStub, type StubAnswer } from './fake-stub.ts';
import { type FakeStep, FakeXen, type Written, fakeCall, fakeSymbols, pageAt, variableAt } from './fake-xen.ts';

/*
 * A made hypervisor with 1 MiB of RAM, on a real socket: 0x100 to 0x1ff. The boot allocator gives its last page away;
 * what is left becomes blocks of order 7 to 0, of which the last one is allocated.
 */
const BOOT: readonly FakeStep[] = [
  ...fakeCall('init_boot_pages', [0x100000n, 0x200000n]),
  ...fakeCall('alloc_boot_pages', [1n, 1n], { result: 0x1ffn }),
  ...fakeCall('end_boot_allocator', [], {
    within: [
      [variableAt('total_avail_pages'), 255n, 8],
      [variableAt('max_page'), 0x200n, 8],
      [variableAt('opt_bootscrub'), 0n, 4],
    ],
  }),
];
const HEAP = 0xffff830000050000n;
/** The lists of zone 9, orders 1 to 7, a block each. A list is its first page, and the page names no other. */
const LISTS: readonly Written[] = [
  [variableAt('_heap'), HEAP, 8],
  ...[508, 504, 496, 480, 448, 384, 256].flatMap((mfn, index): Written[] => [
    [HEAP + BigInt((9 * 19 + index + 1) * 16), pageAt(mfn), 8],
    [pageAt(mfn), 0xffff_ffffn, 4],
    [pageAt(mfn) + 16n, 0x7ffffn, 4],
  ]),
];
const ALLOCATE = fakeCall('alloc_heap_pages', [1n, 40n, 0n, 0n, 0n], {
  result: pageAt(510),
  within: [[variableAt('total_avail_pages'), 254n, 8], ...LISTS],
});

/** Page 510 is free again, alone, on the list of order 0. */
function dirtyPage(firstDirty: bigint): Written[] {
  return [
    [HEAP + BigInt(9 * 19 * 16), pageAt(510), 8],
    [pageAt(510), 0xffff_ffffn, 4],
    [pageAt(510) + 16n, firstDirty, 4],
  ];
}

const stubs: FakeStub[] = [];

afterEach(async () => {
  for (const stub of stubs.splice(0)) await stub.close();
});

interface Recorded extends CliRun {
  readonly path: string;
  readonly seconds: number;
  readonly heard: readonly string[];
}

function flags(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => [`--${name}`, value]);
}

async function record(machine: FakeXen, ...more: readonly string[]): Promise<Recorded> {
  const stub = await FakeStub.listen(machine.answer);
  stubs.push(stub);
  const path = join(mkdtempSync(join(tmpdir(), 'heaplay-record-')), 'fake.heaplay.jsonl');
  const begin = performance.now();
  const run = await heaplay(
    'record',
    'qemu',
    ...flags({ gdb: `127.0.0.1:${stub.port}`, symbols: fakeSymbols(), functions: 'core', timeout: '1', output: path }),
    ...more,
  );
  return { ...run, path, seconds: (performance.now() - begin) / 1000, heard: stub.heard };
}

/** The trace as it stands in the file: it must be whole, and the model must find the same. */
async function wholeTrace(path: string): Promise<readonly JsonFields[]> {
  const { table, end } = await loadTraceFile(path);
  expect(end.warning).toBeNull();
  expect(end.footer).toBe('verified');
  expect(await heaplay('verify', path)).toMatchObject({ exitCode: 0 });
  return Array.from({ length: table.length }, (_, index) => recordToJson(table.record(index + 1)));
}

function types(records: readonly JsonFields[]): unknown[] {
  return records.map(({ type }) => type);
}

const BOOT_CALLS = ['init_boot_pages', 'alloc_boot_pages', 'end_boot_allocator'];

describe('a recording by way of a gdbstub', () => {
  test('holds every call with what came of it, and the free lists at the end', async () => {
    const { exitCode, err, path, heard } = await record(new FakeXen([...BOOT, ...ALLOCATE]), '--calls', '4');
    expect(err).toContain('5 records, 4 calls');
    expect(err).toContain('ended         with as many calls as were wanted');
    expect(exitCode).toBe(0);
    const records = await wholeTrace(path);
    expect(records.slice(1, 4)).toMatchObject([
      { type: 'alloc_boot_pages', pages: 1, align: 1, result: 0x1ff, caller: [expect.stringMatching(/^start\+0x/)] },
      { type: 'end_boot_allocator', result: { dmaBits: 0, freePages: 255 } },
      { type: 'alloc_heap_pages', zoneLo: 1, zoneHi: 40, order: 0, result: 510, freePagesBefore: 255 },
    ]);
    expect(records.at(-1)).toMatchObject({
      type: 'observe_heap',
      freePages: 254,
      nodes: [
        { node: 0, lists: [508, 504, 496, 480, 448, 384, 256].map((mfn, index) => [9, index + 1, [[mfn, null]]]) },
      ],
    });
    expect(heard.at(-1)).toBe('D');
  });

  test('a step that carries nothing out does not make a call two', async () => {
    const { path } = await record(new FakeXen([...BOOT, ...ALLOCATE], 5), '--calls', '4');
    expect(types(await wholeTrace(path))).toEqual([...BOOT_CALLS, 'alloc_heap_pages', 'observe_heap']);
  });

  test('calls inside of a call are none, also those that it ends in with a jump', async () => {
    const sp = 0xffff830000107f00n;
    const below = fakeCall('alloc_heap_pages', [1n, 40n, 3n, 0n, 0n], { sp: sp - 64n });
    const jump = fakeCall('free_heap_pages', [pageAt(510), 0n, 0n], { sp });
    const free = fakeCall('free_heap_pages', [pageAt(510), 0n, 1n], {
      sp,
      inside: [...below.slice(0, 1), ...jump.slice(0, 1)],
      within: [[variableAt('total_avail_pages'), 255n, 8], ...dirtyPage(0n)],
    });
    const { path, exitCode } = await record(new FakeXen([...BOOT, ...ALLOCATE, ...free]), '--calls', '5');
    expect(exitCode).toBe(0);
    const records = await wholeTrace(path);
    expect(types(records)).toEqual([...BOOT_CALLS, 'alloc_heap_pages', 'free_heap_pages', 'observe_heap']);
    expect(records[4]).toMatchObject({ mfn: 510, order: 0, dirty: true, freePagesBefore: 254 });
  });

  test('[SCRUB-1] a scrub is recorded with the pages that it scrubbed', async () => {
    const free = fakeCall('free_heap_pages', [pageAt(510), 0n, 1n], {
      within: [
        [variableAt('total_avail_pages'), 255n, 8],
        [variableAt('node_need_scrub'), 1n, 8],
      ],
    });
    const scrub = fakeCall('scrub_free_pages', [], {
      // A bool: the rest of the register is whatever it was.
      result: 0xab00n,
      within: [[variableAt('node_need_scrub'), 0n, 8], ...dirtyPage(0x7ffffn)],
    });
    const { path } = await record(new FakeXen([...BOOT, ...ALLOCATE, ...free, ...scrub]), '--calls', '6');
    expect((await wholeTrace(path))[5]).toMatchObject({ type: 'scrub_free_pages', pages: 1, result: false });
  });

  test('an end that was asked for waits for the call in flight', async () => {
    const late: FakeStep[] = ALLOCATE.flatMap((step, index) => (index === 0 ? [step, 'runs' as const] : [step]));
    const { path, exitCode, heard } = await record(new FakeXen([...BOOT, ...late]), '--seconds', '1');
    expect(exitCode).toBe(0);
    expect(heard.filter((payload) => payload === '\u0003').length).toBeGreaterThanOrEqual(1);
    expect(types(await wholeTrace(path))).toEqual([...BOOT_CALLS, 'alloc_heap_pages', 'observe_heap']);
  });

  test('an interrupt ends it: 130, and the trace is whole', async () => {
    const machine = new FakeXen([...BOOT, ...ALLOCATE, 'runs']);
    const recording = record(machine);
    await expect.poll(() => machine.left, { timeout: 20_000 }).toBe(0);
    expect(interrupt()).toBe(true);
    const { path, exitCode } = await recording;
    expect(exitCode).toBe(130);
    expect(types(await wholeTrace(path))).toEqual([...BOOT_CALLS, 'alloc_heap_pages', 'observe_heap']);
  });

  test('the trace goes to stdout where no file is named', async () => {
    const stub = await FakeStub.listen(new FakeXen([...BOOT, ...ALLOCATE]).answer);
    stubs.push(stub);
    const machine = flags({ gdb: `127.0.0.1:${stub.port}`, symbols: fakeSymbols(), functions: 'core', calls: '4' });
    const { exitCode, out, err } = await heaplay('record', 'qemu', ...machine);
    expect(exitCode).toBe(0);
    expect(err).toContain('stdout: 5 records, 4 calls');
    const lines = out.trimEnd().split('\n');
    expect(lines.map((line) => Object.keys(JSON.parse(line) as object)[0])).toEqual([
      'heaplay',
      ...lines.slice(1).map(() => 'type'),
    ]);
    expect(lines.at(-1)).toMatch(/^\{"type":"end","records":5,/);
  });

  test('a machine that says nothing for a time is asked whether it is there, and goes on', async () => {
    const { path, exitCode } = await record(new FakeXen([...BOOT, 'runs', ...ALLOCATE]), '--calls', '4');
    expect(exitCode).toBe(0);
    expect(types(await wholeTrace(path))).toEqual([...BOOT_CALLS, 'alloc_heap_pages', 'observe_heap']);
  });

  test('breakpoints at returns are taken back', async () => {
    const machine = new FakeXen([...BOOT, ...ALLOCATE]);
    await record(machine, '--calls', '4');
    // The core's functions that the made hypervisor has, and panic.
    expect(machine.breakpoints.size).toBe(7);
  });
});

describe('a machine that comes to a bad end', () => {
  test('the hypervisor is gone: the recording ends, whole', async () => {
    const machine = new FakeXen([...BOOT, ...ALLOCATE, { answer: 'W00' }]);
    const { exitCode, err, path } = await record(machine);
    expect(exitCode).toBe(0);
    expect(err).toContain('ended         with the machine (status 0)');
    expect(types(await wholeTrace(path))).toEqual([...BOOT_CALLS, 'alloc_heap_pages']);
  });

  test('Xen has stopped itself: the recording ends, with the lists if no call was at work on them', async () => {
    const panic = fakeCall('panic', []).slice(0, 1);
    const quiet = await record(new FakeXen([...BOOT, ...ALLOCATE, ...panic]));
    expect(quiet).toMatchObject({ exitCode: 0, err: expect.stringContaining('ended         with Xen, in panic') });
    expect(types(await wholeTrace(quiet.path))).toEqual([...BOOT_CALLS, 'alloc_heap_pages', 'observe_heap']);
    const busy = await record(new FakeXen([...BOOT, ...ALLOCATE, ...ALLOCATE.slice(0, 1), ...panic]));
    expect(types(await wholeTrace(busy.path))).toEqual([...BOOT_CALLS, 'alloc_heap_pages']);
  });

  test.each<[string, StubAnswer, RegExp]>([
    ['closes the connection', 'close', /the connection was closed/],
    ['answers nonsense', { raw: 'nonsense' }, /sent "nonsense"/],
    ['answers something else', '0102', /answered "c" with "0102"; expected why it stopped/],
    ['answers no more', 'silence', /was asked to stop and did not within 1 s/],
  ])('a stub that %s: an error within the timeout, and a whole trace up to there', async (_, answer, message) => {
    // In the middle of a call, which is then no record.
    const machine = new FakeXen([...BOOT, ...ALLOCATE, ...ALLOCATE.slice(0, 1), { answer }]);
    const { exitCode, err, path, seconds } = await record(machine);
    expect(err).toMatch(message);
    expect(err).toContain('the trace is whole up to there: 4 records');
    expect(exitCode).toBe(3);
    expect(seconds).toBeLessThan(10);
    expect(types(await wholeTrace(path))).toEqual([...BOOT_CALLS, 'alloc_heap_pages']);
  });

  test('a free list whose links go in a circle is no free list', async () => {
    const circle = fakeCall('free_heap_pages', [pageAt(510), 0n, 0n], {
      within: [[variableAt('total_avail_pages'), 255n, 8], ...dirtyPage(0x7ffffn), [pageAt(510), 510n, 4]],
    });
    const { exitCode, err, path } = await record(new FakeXen([...BOOT, ...ALLOCATE, ...circle]), '--calls', '5');
    expect(err).toContain('found a free list with more than 255 blocks');
    expect(exitCode).toBe(3);
    expect(types(await wholeTrace(path))).toEqual([...BOOT_CALLS, 'alloc_heap_pages', 'free_heap_pages']);
  });

  test('before the heap is there the trace has what was seen', async () => {
    const { exitCode, path } = await record(new FakeXen([...BOOT.slice(0, 4), { answer: 'close' }]));
    expect(exitCode).toBe(3);
    expect(types(await wholeTrace(path))).toEqual(BOOT_CALLS.slice(0, 2));
  });

  test.each<[string, FakeXen, RegExp]>([
    ['that is gone at once', new FakeXen([{ answer: 'close' }]), /the connection was closed.*nothing was recorded/],
    ['of another build', new FakeXen(BOOT, 0, 'ab'.repeat(20)), /found a Xen of build abab.*expected 151b373f/],
    ['that is up already', FakeXen.withFreePages(77n), /found a heap with 77 free pages.*start QEMU with -S/],
  ])('of a machine %s there is no trace', async (_, machine, message) => {
    const { exitCode, err, path } = await record(machine);
    expect(err).toMatch(message);
    expect(exitCode).toBe(3);
    expect(existsSync(path)).toBe(false);
  });
});
