import { PAGE_SIZE } from '@heaplay/core';
import type { BootCall, HeapConfig, Machine, Mfn, MfnRange, PhysicalAddress } from '@heaplay/core';
import { clip, framesIn, joinRanges, without } from './ranges.ts';

/** Why a machine does not boot with a layout, in the words of the panic, and how much was there. */
export class BootPanic extends Error {
  override readonly name = 'BootPanic';
}

/** The calls by which an architecture's start-up lays out the heap, before and after the end of the boot allocator. */
export interface BootPlan {
  /** The configuration, with what the start-up chose itself filled in: the xen heap's place (MODE-1). */
  readonly heap: HeapConfig;
  /** Up to `end_boot_allocator`, which is not among them: memory is allocated at boot in between. */
  readonly before: readonly BootCall[];
  /** Behind `end_boot_allocator`. */
  readonly after: readonly BootCall[];
}

/** What the start-up may be told on Xen's command line. */
export interface BootPlanOptions {
  /** Size of the separate xen heap in MiB, instead of a share of RAM (`xenheap_megabytes`). */
  readonly xenheapMegabytes?: number;
}

const MIB_FRAMES = (1024 * 1024) / PAGE_SIZE;
/** x86 leaves the first MiB to the firmware and the trampoline. */
export const X86_FIRST_FRAME: number = MIB_FRAMES;
/** A separate xen heap is a multiple of this and lies at a multiple of it. */
const XEN_HEAP_STEP = 32 * MIB_FRAMES;
const XEN_HEAP_MOST = 1024 * MIB_FRAMES;
const XEN_HEAP_SHARE = 32;
/** A separate xen heap lies below 4 GiB. */
const XEN_HEAP_LIMIT = 4096 * MIB_FRAMES;

/**
 * The layout calls that an architecture's start-up makes on a machine with this configuration.
 * Throws {@link BootPanic} where Xen would not boot.
 */
export function planBoot(machine: Machine, heap: HeapConfig, options: BootPlanOptions = {}): BootPlan {
  const ram = usableRam(machine);
  switch (heap.mode) {
    case 'separate-xenheap':
      return planSeparate(ram, heap, options);
    case 'direct-map-partial':
      return planPartial(ram, heap);
    case 'direct-map-all':
    case 'direct-map-on-demand': {
      const end = heap.directMapEnd ?? Infinity;
      return { heap, before: clip(ram, 0, end).map(initBootPages), after: [] };
    }
  }
}

/** RAM that start-up hands out: sorted, neighbours joined, without the hypervisor itself and what the architecture keeps back. */
function usableRam(machine: Machine): MfnRange[] {
  const first = machine.arch === 'x86_64' ? X86_FIRST_FRAME : 0;
  return clip(without(joinRanges(machine.ram), machine.reserved), first, machine.frames);
}

/** One heap; above the direct map's end memory is given to the heap when the boot allocator has ended (MODE-3). */
function planPartial(ram: readonly MfnRange[], heap: HeapConfig): BootPlan {
  const last = heap.xenheapMaxMfn;
  if (last === null)
    throw new BootPanic('direct-map-partial needs heap.xenheapMaxMfn: the last frame of the direct map');
  return {
    heap,
    before: [{ type: 'xenheap_max_mfn', mfn: last as Mfn }, ...clip(ram, 0, last + 1).map(initBootPages)],
    after: clip(ram, last + 1, Infinity).map(([first, end]) => ({
      type: 'init_domheap_pages',
      ...addresses(first, end),
    })),
  };
}

/** A xen heap of its own, taken out of RAM (MODE-1). */
function planSeparate(ram: readonly MfnRange[], heap: HeapConfig, options: BootPlanOptions): BootPlan {
  const xenHeap = heap.xenHeap ?? placeXenHeap(ram, options);
  const [first, end] = xenHeap;
  const rest = [...clip(ram, 0, first), ...clip(ram, end, Infinity)];
  return {
    heap: { ...heap, xenHeap },
    before: [...rest.map(initBootPages), { type: 'init_xenheap_pages', ...addresses(first, end) }],
    after: [],
  };
}

/** 1/32 of RAM, 32 MiB to 1 GiB, a multiple of 32 MiB, contiguous, as high as possible below 4 GiB. */
function placeXenHeap(ram: readonly MfnRange[], options: BootPlanOptions): MfnRange {
  const total = framesIn(ram);
  const share = Math.floor(total / XEN_HEAP_SHARE / XEN_HEAP_STEP) * XEN_HEAP_STEP;
  const pages =
    options.xenheapMegabytes === undefined
      ? Math.min(Math.max(share, XEN_HEAP_STEP), XEN_HEAP_MOST)
      : Math.ceil(options.xenheapMegabytes / 32) * XEN_HEAP_STEP;
  for (const [first, end] of clip(ram, 0, XEN_HEAP_LIMIT).toReversed()) {
    const top = end - (end % XEN_HEAP_STEP);
    if (top - pages >= first) return [top - pages, top];
  }
  const largest = Math.max(0, ...clip(ram, 0, XEN_HEAP_LIMIT).map(([first, end]) => end - first));
  throw new BootPanic(
    `Not enough space for xenheap: ${mib(pages)} wanted in one piece below 4 GiB, at a multiple of 32 MiB; ` +
      `the largest piece of RAM there has ${mib(largest)}`,
  );
}

function mib(pages: number): string {
  return `${Math.floor(pages / MIB_FRAMES)} MiB`;
}

function initBootPages([first, end]: MfnRange): BootCall {
  return { type: 'init_boot_pages', ...addresses(first, end) };
}

function addresses(first: number, end: number): { start: PhysicalAddress; end: PhysicalAddress } {
  return { start: (first * PAGE_SIZE) as PhysicalAddress, end: (end * PAGE_SIZE) as PhysicalAddress };
}
