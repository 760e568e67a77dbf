import { describe, expect, test } from 'vitest';
import type { NodeId } from '../units/ids.ts';
import type { HeapConfig } from './heap-config.ts';
import { decodeHeapConfig } from './heap-config-schema.ts';
import type { Architecture, Machine } from './machine.ts';
import { ARCHITECTURES } from './machine-schema.ts';
import { defaultMode, heapPreset } from './presets.ts';

function machine(arch: Architecture): Machine {
  const nodes = [{ id: 0 as NodeId, ranges: [[0, 4096]] as const }];
  return { arch, frames: 4096, ram: [[0, 4096]], nodes, cpus: [0 as NodeId], reserved: [] };
}

const X86 = machine('x86_64');
const ARM32 = machine('arm32');

/** As the headers of machines recorded under QEMU have it. */
const RECORDED: HeapConfig = {
  xen: '4.17',
  mode: 'direct-map-all',
  paddrBits: 52,
  maxOrder: 18,
  directMapEnd: 4_294_967_296,
  xenHeap: null,
  xenheapMaxMfn: null,
  dmaBits: 0,
  dmaBitsDefault: 0,
  bootScrub: 'idle',
  scrubDomheap: false,
  lowMemVirq: null,
  badPages: [],
  nodeHeapPages: 4,
  debug: false,
  pdx: 'none',
};

describe('a configuration', () => {
  test('needs a mode; the rest comes from the preset of architecture and mode', () => {
    expect(decodeHeapConfig({ mode: 'direct-map-all' }, X86)).toEqual({
      ok: true,
      value: { ...RECORDED, xen: '4.23' },
    });
    expect(decodeHeapConfig({ mode: 'direct-map-all' }, machine('arm64'))).toMatchObject({
      value: { paddrBits: 48, nodeHeapPages: 3, directMapEnd: 1_073_741_824 },
    });
    expect(decodeHeapConfig({ mode: 'separate-xenheap', xenHeap: [0, 64] }, ARM32)).toMatchObject({
      value: { paddrBits: 40, nodeHeapPages: 2, directMapEnd: null, xenHeap: [0, 64], xenheapMaxMfn: null },
    });
    expect(decodeHeapConfig({}, ARM32)).toMatchObject({
      problem: { field: 'mode', found: 'nothing', hint: `Xen's own choice on arm32 is "separate-xenheap"` },
    });
  });

  test('that says everything is taken as it is', () => {
    expect(decodeHeapConfig(RECORDED, X86)).toEqual({ ok: true, value: RECORDED });
  });

  test.each(ARCHITECTURES)('of %s and its own mode is good as the preset has it', (arch) => {
    const mode = defaultMode(arch);
    const facts = mode === 'separate-xenheap' ? { xenHeap: [0, 64] } : {};
    expect(decodeHeapConfig({ mode, ...facts }, machine(arch))).toEqual({
      ok: true,
      value: { ...heapPreset(arch, mode), ...facts },
    });
  });

  test('may leave xenheapMaxMfn open with a partial direct map: xenheap_max_mfn was never called', () => {
    expect(decodeHeapConfig({ mode: 'direct-map-partial' }, X86)).toMatchObject({ value: { xenheapMaxMfn: null } });
    expect(decodeHeapConfig({ mode: 'direct-map-partial', xenheapMaxMfn: 100 }, X86)).toMatchObject({ ok: true });
  });

  test('may have bad pages outside of the frame table, and an empty xen heap', () => {
    expect(decodeHeapConfig({ ...RECORDED, badPages: [[9000, 9001]] }, X86)).toMatchObject({ ok: true });
    expect(decodeHeapConfig({ mode: 'separate-xenheap', xenHeap: [0, 0] }, ARM32)).toMatchObject({ ok: true });
  });

  test.each([
    [{ xen: '4.18' }, 'xen', '"4.18"'],
    [{ mode: 'direct-map' }, 'mode', '"direct-map"'],
    [{ paddrBits: 53 }, 'paddrBits', '53'],
    [{ maxOrder: 19 }, 'maxOrder', '19'],
    [{ directMapEnd: null }, 'directMapEnd', 'null'],
    [{ xenHeap: [0, 64] }, 'xenHeap', '[0,64]'],
    [{ xenheapMaxMfn: 7 }, 'xenheapMaxMfn', '7'],
    [{ bootScrub: 'never' }, 'bootScrub', '"never"'],
    [{ lowMemVirq: -1 }, 'lowMemVirq', '-1'],
    [{ debug: 1 }, 'debug', '1'],
    [{ maxorder: 9 }, 'maxorder', 'an unknown key, with value 9'],
  ])('with %j is told as field and found', (wrong, field, found) => {
    expect(decodeHeapConfig({ ...RECORDED, ...wrong }, X86)).toMatchObject({ ok: false, problem: { field, found } });
  });

  test.each([
    [{ xenHeap: null }, 'xenHeap', 'null'],
    [{ xenHeap: [0, 5000] }, 'xenHeap', '[0,5000]'],
    [{ directMapEnd: 1 }, 'directMapEnd', '1'],
    [{ xenheapMaxMfn: 1 }, 'xenheapMaxMfn', '1'],
  ])('with a separate xen heap and %j is told as field and found', (wrong, field, found) => {
    const config = { mode: 'separate-xenheap', xenHeap: [0, 64], ...wrong };
    expect(decodeHeapConfig(config, ARM32)).toMatchObject({ ok: false, problem: { field, found } });
  });
});
