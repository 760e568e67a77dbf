import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { JsonFields } from '@heaplay/core';
import { describe, expect, test } from 'vitest';
import { readElf } from '../../src/record/qemu/elf.ts';
import type { LaunchName } from '../../src/record/qemu/launch-plan.ts';
import { LAYOUTS, layoutOf } from '../../src/record/qemu/layouts.ts';
import { missingFor, xenFolder } from '../../src/record/qemu/node/launch.ts';
import { RecordingError } from '../../src/record/qemu/remote-error.ts';
import { SymbolTable } from '../../src/record/qemu/symbol-table.ts';
import { recordToJson } from '../../src/trace/encode-record.ts';
import { loadTraceFile } from '../../src/trace/node/file.ts';
import { heaplay } from '../cli.ts';

/*
 * A real Xen under QEMU. No two boots are alike, so each is held against what the model makes of its own recording.
 * Where QEMU or the packages are not, these tests are skipped, and say so.
 */
const FOLDER = xenFolder();

/** Is what a machine needs missing? Tells what, once. */
function isMissing(name: LaunchName): boolean {
  const missing = missingFor(name, FOLDER);
  const why = missing.length > 0 ? `missing ${missing.join(', ')}` : unknownBuild(join(FOLDER, name, 'xen-syms'));
  if (why === undefined) return false;
  process.stderr.write(
    `SKIPPED: recordings of a real Xen on ${name}: ${why}. ` +
      `Next: apt-get install qemu-system-x86 qemu-system-arm; scripts/fetch-xen.sh ${name}\n`,
  );
  return true;
}

/** Debian may have a newer build than the ones whose layout is known: no fault of what is tested here. */
function unknownBuild(path: string): string | undefined {
  try {
    layoutOf(readElf(readFileSync(path)), path);
    return undefined;
  } catch (error) {
    if (error instanceof RecordingError) return error.message;
    throw error;
  }
}

const MISSING: Readonly<Record<LaunchName, boolean>> = {
  x86: isMissing('x86'),
  arm64: isMissing('arm64'),
  arm32: isMissing('arm32'),
};

/**
 * Milliseconds for a boot on a machine that is busy. QEMU was once seen to answer no more, in some fifty recordings: then
 * the recording ends with an error, as it should, and is made once more.
 */
const BOOT = { timeout: 300_000, retry: 1 };

async function recorded(name: LaunchName, ...options: readonly string[]): Promise<readonly JsonFields[]> {
  const path = join(mkdtempSync(join(tmpdir(), 'heaplay-live-')), `${name}.heaplay.jsonl`);
  const run = await heaplay('record', 'qemu', '--launch', name, '--timeout', '60', '-o', path, ...options);
  expect(run).toMatchObject({ exitCode: 0, err: expect.stringContaining('free lists    walked at the end') });
  expect(await heaplay('verify', path)).toMatchObject({ exitCode: 0, out: expect.stringContaining('ok') });
  const { table, end } = await loadTraceFile(path);
  expect(end.footer).toBe('verified');
  return Array.from({ length: table.length }, (_, index) => recordToJson(table.record(index + 1)));
}

function ofType(records: readonly JsonFields[], type: string): readonly JsonFields[] {
  return records.filter((record) => record['type'] === type);
}

describe.skipIf(MISSING.x86)('a real Xen on x86-64', () => {
  test('a boot to dom0, the calls by which the rest of Xen uses the heap', BOOT, async () => {
    const records = await recorded('x86', '--memory', '512M');
    expect(records.length).toBeGreaterThan(300);
    expect(records.at(-1)).toMatchObject({ type: 'observe_heap', nodes: [{ node: 0 }] });
    const forDom0 = ofType(records, 'alloc_domheap_pages').find(({ domain }) => domain === 0);
    expect(forDom0?.['caller']).toContainEqual(expect.stringMatching(/^domain_create\+0x/));
    expect(ofType(records, 'domain_create')).toHaveLength(1);
  });

  test('two NUMA nodes, the core', BOOT, async () => {
    const records = await recorded('x86', '--memory', '512M', '--numa', '2', '--functions', 'core');
    expect(records.at(-1)).toMatchObject({ nodes: [{ node: 0 }, { node: 1 }] });
    expect(ofType(records, 'alloc_heap_pages').length).toBeGreaterThan(300);
  });

  test('[SCRUB-1] a dom0 that balloons down and up, with scrubbing while it waits', BOOT, async () => {
    const balloon = ['--xen-options', 'bootscrub=idle', '--dom0-options', 'heaplay.balloon=2048'];
    const records = await recorded('x86', '--memory', '1G', ...balloon);
    expect(ofType(records, 'free_domheap_pages').length).toBeGreaterThan(400);
    const scrubbed = ofType(records, 'scrub_free_pages').reduce((sum, { pages }) => sum + Number(pages), 0);
    expect(scrubbed).toBeGreaterThan(0);
  });
});

describe.skipIf(MISSING.arm64)('a real Xen on arm64', () => {
  test('a boot to dom0', BOOT, async () => {
    const records = await recorded('arm64');
    expect(records.length).toBeGreaterThan(300);
  });
});

describe.skipIf(MISSING.arm32)('a real Xen on 32-bit Arm', () => {
  test('[MODE-1] a boot to dom0, with a xen heap of its own', BOOT, async () => {
    const records = await recorded('arm32');
    expect(ofType(records, 'alloc_xenheap_pages').length).toBeGreaterThan(10);
  });
});

describe.each(['x86', 'arm64', 'arm32'] as const)('the symbols of the -dbg package for %s', (name) => {
  test.skipIf(MISSING[name])('are read: a build that is known, its functions, its variables', () => {
    const path = join(FOLDER, name, 'xen-syms');
    const file = readElf(readFileSync(path));
    expect(LAYOUTS).toContain(layoutOf(file, path));
    const table = new SymbolTable(file);
    const entry = table.addressOf('alloc_heap_pages') ?? 0n;
    expect(table.describe(entry + 4n)).toBe('alloc_heap_pages+0x4');
    for (const variable of ['total_avail_pages', '_heap', 'node_need_scrub', 'opt_bootscrub']) {
      expect(table.addressOf(variable)).toBeTypeOf('bigint');
    }
  });
});
