import { PAGE_SIZE } from '@heaplay/core';
import type { Machine } from '@heaplay/core';
import { importMachine } from '@heaplay/replay';
import { describe, expect, it } from 'vitest';
import { EXPECTED, MACHINES, REFUSED, machineText } from './machines.ts';

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

  it.each(Object.entries(REFUSED))('%s tells of no machine', (name, message) => {
    expect(() => importMachine(machineText(name), { name })).toThrow(message);
  });
});
