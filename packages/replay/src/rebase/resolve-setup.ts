import { decodeHeapConfig, decodeMachine } from '@heaplay/core';
import type { FieldProblem } from '@heaplay/core';
import { planBoot } from './boot-plan.ts';
import { reconfigure, sameSetup } from './reconfigure.ts';
import type { ConfigChange, Setup } from './reconfigure.ts';

/** A change of the configuration that leads to none. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problem: FieldProblem;

  constructor(problem: FieldProblem) {
    super(
      `${problem.field}: found ${problem.found}; expected ${problem.expected}${problem.hint === undefined ? '' : `. Next: ${problem.hint}`}`,
    );
    this.problem = problem;
  }
}

/**
 * The configuration that a change leads to, checked as one that a trace brings along. A separate xen heap without a
 * place gets the one that start-up would choose. Throws {@link ConfigError} if it makes no sense, and `BootPanic` if
 * there is no room for the xen heap.
 */
export function resolveSetup(recorded: Setup, change: ConfigChange): Setup {
  const wanted = reconfigure(recorded, change);
  if (sameSetup(recorded, wanted)) return recorded;
  const machine = decodeMachine(wanted.machine);
  if (!machine.ok) throw new ConfigError(within('machine', machine.problem));
  if (wanted.heap.mode === 'direct-map-partial' && wanted.heap.xenheapMaxMfn === null) {
    throw new ConfigError({
      field: 'heap.xenheapMaxMfn',
      found: 'nothing',
      expected: 'the last frame of the direct map, which direct-map-partial needs',
      hint: 'add --set heap.xenheapMaxMfn=MFN',
    });
  }
  const chosen =
    wanted.heap.mode === 'separate-xenheap' && wanted.heap.xenHeap === null
      ? planBoot(machine.value, wanted.heap).heap
      : wanted.heap;
  const heap = decodeHeapConfig(chosen, machine.value);
  if (!heap.ok) throw new ConfigError(within('heap', heap.problem));
  return { machine: machine.value, heap: heap.value };
}

function within(part: string, problem: FieldProblem): FieldProblem {
  return { ...problem, field: problem.field === '' ? part : `${part}.${problem.field}` };
}
