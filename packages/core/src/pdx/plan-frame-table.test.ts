import { describe, expect, it } from 'vitest';
import type { Architecture, Machine } from '../machine/machine.ts';
import type { NodeId } from '../units/ids.ts';
import { planFrameTable } from './plan-frame-table.ts';

const GIB_FRAMES = 0x40000;

/** Two banks of 1 GiB, at 0 and at 16 GiB, each a node. */
function machine(arch: Architecture, more: Partial<Machine> = {}): Machine {
  const ram = [
    [0, GIB_FRAMES],
    [16 * GIB_FRAMES, 17 * GIB_FRAMES],
  ] as const;
  const nodes = ram.map((range, id) => ({ id: id as NodeId, ranges: [range] }));
  return { arch, frames: 17 * GIB_FRAMES, ram, nodes, cpus: [0 as NodeId], reserved: [], ...more };
}

describe('what a frame table costs', () => {
  it.each([
    ['x86_64', 4, 32],
    ['arm64', 1, 56],
    ['arm32', 1, 32],
  ] as const)('[PDX-6] on %s: %i groups a GiB, records of %i bytes', (arch, perGib, bytes) => {
    const gibBytes = GIB_FRAMES * bytes;
    const common = { covered: true, maxPage: 17 * GIB_FRAMES, groupPages: GIB_FRAMES / perGib };
    expect(planFrameTable(machine(arch), 'none')).toEqual({
      ...common,
      ok: false,
      why: 'none',
      maxPdx: 17 * GIB_FRAMES,
      groups: { backed: 2 * perGib, spanned: 17 * perGib },
      frameTableBytes: { backed: 2 * gibBytes, spanned: 17 * gibBytes },
    });
    for (const scheme of ['mask', 'offset'] as const) {
      expect(planFrameTable(machine(arch), scheme)).toEqual({
        ...common,
        ok: true,
        why: 'compressed',
        maxPdx: 2 * GIB_FRAMES,
        groups: { backed: 2 * perGib, spanned: 2 * perGib },
        frameTableBytes: { backed: 2 * gibBytes, spanned: 2 * gibBytes },
      });
    }
  });

  it('[PDX-6] without RAM there is none', () => {
    const { frameTableBytes, maxPdx } = planFrameTable(machine('arm64', { ram: [] }), 'mask');
    expect([frameTableBytes, maxPdx]).toEqual([{ backed: 0, spanned: 0 }, 0]);
  });

  it('[PDX-4] x86 is set up from its nodes, others from their RAM and what the hypervisor has of it', () => {
    const oneNode = { nodes: [{ id: 0 as NodeId, ranges: [[0, 17 * GIB_FRAMES] as const] }] };
    expect(planFrameTable(machine('x86_64', oneNode), 'mask').why).toBe('no-hole');
    expect(planFrameTable(machine('arm64', oneNode), 'mask').why).toBe('compressed');
    const reserved = { reserved: [[6 * GIB_FRAMES, 6 * GIB_FRAMES + 1] as const] };
    // It sets bits 19 and 20: of the holes at 18 and 21 the lower one goes.
    expect(planFrameTable(machine('arm64', reserved), 'mask').maxPdx).toBe(9 * GIB_FRAMES);
  });

  it('[PDX-4] what the hypervisor has of a bank makes no two ranges of it', () => {
    const inside = { reserved: [[5, 9] as const, [5, 5] as const] };
    expect(planFrameTable(machine('arm64', inside), 'offset')).toEqual(planFrameTable(machine('arm64'), 'offset'));
  });

  it('[PDX-4] RAM of x86 that is on no node is not covered', () => {
    const nodes = [{ id: 0 as NodeId, ranges: [[GIB_FRAMES, 2 * GIB_FRAMES] as const] }];
    expect(planFrameTable(machine('x86_64', { nodes }), 'offset').covered).toBe(false);
  });
});
