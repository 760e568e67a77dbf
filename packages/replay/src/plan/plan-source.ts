import type { ImportedMachine } from '../import/import-machine.ts';
import type { PlanSource } from './plan-layouts.ts';

const KEPT_BY = { xen: 'the hypervisor', reserved: 'the firmware', 'crash-kernel': 'a crash kernel' } as const;

/** What is to be planned for a machine that a file tells of. Modules come back to the heap; what others keep does not. */
export function planSourceOf({ machine, heap, taken, options }: ImportedMachine): PlanSource {
  const { xenheapMegabytes } = options;
  const kept = taken.flatMap(({ by, range }) => (by === 'module' ? [] : [{ range, by: KEPT_BY[by] }]));
  return { machine, heap, kept, ...(xenheapMegabytes === undefined ? {} : { xenheapMegabytes }) };
}
