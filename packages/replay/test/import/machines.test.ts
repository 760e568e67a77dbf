import { PAGE_SIZE, machinePdx } from '@heaplay/core';
import type { Machine } from '@heaplay/core';
import { importMachine } from '@heaplay/replay';
import { describe, expect, it } from 'vitest';
import { EXPECTED, MACHINES, REFUSED, machineText } from './machines.ts';

const MAX_ORDER = 18n;

/** The number whose bits are all set up to the highest one of a number. */
function filled(value: bigint): bigint {
  return value === 0n ? 0n : (1n << BigInt(value.toString(2).length)) - 1n;
}

/**
 * The bits of a frame number that mask compression squeezes out (PDX-2), written down bit by bit: all bits below the
 * first bank, below MAX_ORDER, of the start of a bank, or that move within one, stay.
 */
function squeezedBits(ram: Machine['ram']): readonly [first: number, last: number] | null {
  const base = BigInt(ram[0]?.[0] ?? 0);
  let used = filled(base - 1n > 0n ? base - 1n : 0n) | ((1n << MAX_ORDER) - 1n);
  for (const [first, end] of ram) {
    used |= filled(BigInt(first) ^ (BigInt(end) - 1n)) | BigInt(first);
  }
  let best: readonly [number, number] | null = null;
  for (let bit = Number(MAX_ORDER) - 1; used >> BigInt(bit) > 0n; bit++) {
    let end = bit;
    while (used >> BigInt(end) > 0n && ((used >> BigInt(end)) & 1n) === 0n) end++;
    if (end - bit > (best === null ? 0 : best[1] - best[0] + 1)) best = [bit, end - 1];
    bit = Math.max(bit, end);
  }
  return best;
}

/** Pages of RAM on each node. */
function ramByNode({ nodes, ram }: Machine): Record<number, number> {
  return Object.fromEntries(
    nodes.map(({ id, ranges }) => [
      id,
      ranges.reduce(
        (sum, [first, end]) =>
          sum + ram.reduce((own, [from, to]) => own + Math.max(0, Math.min(end, to) - Math.max(first, from)), 0),
        0,
      ),
    ]),
  );
}

describe('the logs of real machines', () => {
  it('all have their line in the tables', () => {
    expect([...Object.keys(EXPECTED), ...Object.keys(REFUSED)].toSorted()).toEqual(MACHINES);
  });

  it.each(Object.entries(EXPECTED))('%s: banks, nodes, architecture, version, and what Xen says', (name, expected) => {
    const { machine, heap, told, problems } = importMachine(machineText(name), { name });
    const pages = machine.ram.map(([first, end]) => end - first);
    expect(pages).toEqual(expected.banks);
    const total = expected.banks.reduce((sum, bank) => sum + bank, 0);
    expect(ramByNode(machine)).toEqual(expected.nodes ?? { 0: total });
    expect(machine.arch).toBe(expected.arch);
    expect(heap.xen).toBe(expected.xen ?? '4.23');
    expect(heap.pdx).toBe(expected.pdx ?? 'none');
    expect(told).toMatchObject(expected.told ?? {});
    expect(problems).toEqual([]);
    // Where Xen counted its RAM, it is the same to the byte.
    expect(total * PAGE_SIZE).toBe(told.systemRam?.value ?? total * PAGE_SIZE);
  });

  it.each(Object.entries(EXPECTED).filter(([, { told }]) => told?.['pdx'] !== undefined && told['pdx'].line !== 7))(
    '[PDX-2] %s: the banks that were read lead to the compression that Xen told of',
    (name) => {
      const { machine, told } = importMachine(machineText(name), { name });
      const [firstBit, lastBit] = squeezedBits(machine.ram) ?? [];
      expect(told.pdx?.value).toEqual({ scheme: 'mask', firstBit, lastBit });
      const compression = machinePdx(machine, { pdx: 'mask', xenHeap: null });
      const hole = ((1n << BigInt((lastBit ?? 0) + 1)) - 1n) & ~((1n << BigInt(firstBit ?? 0)) - 1n);
      expect(compression).toMatchObject({ ok: true, holeMask: hole });
    },
  );

  it('[PDX-3] the nodes that were read lead to the offsets that Xen told of', () => {
    const { machine, told } = importMachine(machineText('07-gnr-4s-2tb-srat-pdx-offset.txt'));
    const compression = machinePdx(machine, { pdx: 'offset', xenHeap: null });
    expect(compression).toMatchObject({ ok: true, pfnIndexShift: 29, regionPages: 0x10000000n });
    expect(told.pdx?.value).toEqual({ scheme: 'offset', shift: 29, regionPages: 0x10000000 });
  });

  it('[BOOT-5] the nodes that were read lead to the DMA zone that Xen told of', () => {
    const text = machineText('01-fujitsu-4s-clx-128g-e820-srat.txt').replace(/.*DMA width.*/, '');
    expect(importMachine(text).told.dmaBits).toBe(undefined);
    expect(importMachine(text).heap.dmaBitsDefault).toBe(32);
  });

  it.each(Object.entries(REFUSED))('%s tells of no machine', (name, message) => {
    expect(() => importMachine(machineText(name), { name })).toThrow(message);
  });
});
