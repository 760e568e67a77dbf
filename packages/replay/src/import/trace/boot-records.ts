import { PAGE_SIZE } from '@heaplay/core';
import type { HeapCall, HeapConfig, MfnRange, PhysicalAddress } from '@heaplay/core';
import { planBoot } from '../../rebase/boot-plan.ts';
import type { ImportedMachine } from '../import-machine.ts';
import { clip, joinRanges, without } from '../../rebase/ranges.ts';

const MIB_PAGES = 2 ** 20 / PAGE_SIZE;

/** The calls of a boot, and the configuration with what start-up chose itself. */
export interface BootCalls {
  readonly heap: HeapConfig;
  readonly calls: readonly HeapCall[];
}

/** What of a machine bears on its boot. */
export type BootSource = Pick<ImportedMachine, 'machine' | 'heap' | 'taken' | 'options' | 'told'>;

/**
 * The calls by which a boot of this machine lays out its heap: what is taken is kept out, and the modules come back when
 * dom0 has been built from them. What start-up allocates for itself, no log tells. Throws `BootPanic` where Xen would
 * not boot.
 */
export function bootCalls({ machine, heap, taken, options, told }: BootSource): BootCalls {
  // What Xen came to goes before what it was asked for.
  const xenheapMegabytes = told.xenHeap === undefined ? options.xenheapMegabytes : told.xenHeap.value.pages / MIB_PAGES;
  const plan = planBoot(
    {
      ...machine,
      ram: without(
        joinRanges(machine.ram),
        taken.map(({ range }) => range),
      ),
    },
    heap,
    xenheapMegabytes === undefined ? {} : { xenheapMegabytes },
  );
  return {
    heap: plan.heap,
    calls: [
      ...plan.before,
      { type: 'end_boot_allocator' },
      ...plan.after,
      { type: 'heap_init_late' },
      ...modulesGivenBack(machine.ram, taken).map(initDomheapPages),
      { type: 'set_system_state', state: 'active' },
    ],
  };
}

/** Modules in RAM that nobody else keeps; some share a page. */
function modulesGivenBack(ram: readonly MfnRange[], taken: ImportedMachine['taken']): readonly MfnRange[] {
  const modules = joinRanges(taken.filter(({ by }) => by === 'module').map(({ range }) => range));
  const kept = taken.filter(({ by }) => by !== 'module').map(({ range }) => range);
  return without(
    joinRanges(ram).flatMap(([first, end]) => clip(modules, first, end)),
    kept,
  );
}

function initDomheapPages([first, end]: MfnRange): HeapCall {
  return {
    type: 'init_domheap_pages',
    start: (first * PAGE_SIZE) as PhysicalAddress,
    end: (end * PAGE_SIZE) as PhysicalAddress,
  };
}
