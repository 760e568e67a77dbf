import { heapPreset } from '@heaplay/core';
import type { HeapConfig, HeapMode, Machine, MfnRange, XenVersion } from '@heaplay/core';
import { sameJson } from '../replay/difference.ts';
import { joinRanges } from './ranges.ts';

/** A machine under a configuration. */
export interface Setup {
  readonly machine: Machine;
  readonly heap: HeapConfig;
}

/** What to change about a recorded configuration. */
export interface ConfigChange {
  readonly mode?: HeapMode;
  readonly xen?: XenVersion;
  /** Further keys of the machine and of the heap's configuration. */
  readonly machine?: Partial<Machine>;
  readonly heap?: Partial<HeapConfig>;
}

/**
 * A configuration with something changed. Another mode takes its layout facts from the architecture's preset: the
 * place of a separate xen heap is left to the start-up, a partial direct map needs `heap.xenheapMaxMfn`.
 */
export function reconfigure(recorded: Setup, change: ConfigChange): Setup {
  const machine = { ...recorded.machine, ...change.machine };
  const mode = change.heap?.mode ?? change.mode ?? recorded.heap.mode;
  const layout = mode === recorded.heap.mode ? {} : layoutOf(recorded, mode);
  const heap: HeapConfig = {
    ...recorded.heap,
    ...layout,
    ...(change.xen === undefined ? {} : { xen: change.xen }),
    ...change.heap,
    mode,
  };
  // What was set aside as a separate xen heap is RAM like any other to a start-up that lays it out anew.
  const ram = changesLayout(recorded, { machine, heap })
    ? withXenHeap(machine.ram, recorded.heap.xenHeap)
    : machine.ram;
  return { machine: { ...machine, ram }, heap };
}

function layoutOf(recorded: Setup, mode: HeapMode): Partial<HeapConfig> {
  const preset = heapPreset(recorded.machine.arch, mode);
  return {
    xenHeap: null,
    xenheapMaxMfn: null,
    directMapEnd: mode === 'separate-xenheap' ? null : (recorded.heap.directMapEnd ?? preset.directMapEnd),
  };
}

function withXenHeap(ram: readonly MfnRange[], xenHeap: MfnRange | null): readonly MfnRange[] {
  return xenHeap === null ? ram : joinRanges([...ram, xenHeap]);
}

/** Would start-up make other layout calls under the second setup than under the first? */
export function changesLayout(from: Setup, to: Setup): boolean {
  return !sameJson(layoutFacts(from), layoutFacts(to));
}

function layoutFacts({ machine, heap }: Setup): readonly unknown[] {
  const { arch, frames, ram } = machine;
  // Only the direct map's end tells the modes without a separate xen heap apart in what start-up does.
  const mode = heap.mode === 'direct-map-on-demand' ? 'direct-map-all' : heap.mode;
  return [arch, frames, ram, mode, heap.directMapEnd, heap.xenHeap, heap.xenheapMaxMfn, heap.badPages];
}

/** Are machine and configuration the same? */
export function sameSetup(a: Setup, b: Setup): boolean {
  // A header is a setup too, and says more.
  return sameJson(a.machine, b.machine) && sameJson(a.heap, b.heap);
}
