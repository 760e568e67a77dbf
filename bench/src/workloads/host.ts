import { heapPreset } from '@heaplay/core';
import type { CpuId, HeapCall, HeapConfig, Machine, NodeId, PhysicalAddress } from '@heaplay/core';

/** Pages of a GiB. */
export const GIB_PAGES: number = 2 ** 18;

/** A machine, its configuration, and the calls by which it boots. */
export interface Host {
  readonly gib: number;
  readonly machine: Machine;
  readonly config: HeapConfig;
  readonly boot: readonly HeapCall[];
}

/** An x86 host on one node, with the hole below 1 MiB that every PC has. */
export function host(gib: number): Host {
  const frames = gib * GIB_PAGES;
  const ram = [
    [1, 159],
    [256, frames],
  ] as const;
  const machine: Machine = {
    arch: 'x86_64',
    frames,
    ram,
    nodes: [{ id: 0 as NodeId, ranges: [[0, frames]] }],
    cpus: [0 as NodeId],
    reserved: [],
  };
  const boot: HeapCall[] = ram.map(([first, end]) => ({
    type: 'init_boot_pages',
    start: address(first),
    end: address(end),
  }));
  for (const pages of [1, 33, 16, 512]) boot.push({ type: 'alloc_boot_pages', pages, align: 16 });
  boot.push({ type: 'end_boot_allocator' }, { type: 'heap_init_late' }, { type: 'set_system_state', state: 'active' });
  return { gib, machine, config: heapPreset('x86_64', 'direct-map-all'), boot };
}

/** What an idle CPU does after boot: every page is scrubbed. */
export const SCRUB_ALL: HeapCall = { type: 'scrub_free_pages', cpu: 0 as CpuId };

function address(mfn: number): PhysicalAddress {
  return (mfn * 4096) as PhysicalAddress;
}
