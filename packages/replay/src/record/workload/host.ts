import { PAGE_SIZE, xenBehaviour } from '@heaplay/core';
import type { CpuId, DomainId, NodeId, Order, XenBehaviour } from '@heaplay/core';
import { planBoot } from '../../rebase/boot-plan.ts';
import type { Recorder } from '../recorder.ts';
import type { WorkloadParameters } from './catalogue.ts';
import type { Random } from './random.ts';

/** Bytes of the frame table for each page, on x86 (PDX-6). */
const FRAME_ENTRY = 32;

/** A host on which a workload runs: the recorder, chance, and what the workload was told. */
export class Host {
  readonly recorder: Recorder;
  readonly random: Random;
  readonly parameters: WorkloadParameters;
  readonly xen: XenBehaviour;
  private lastDomain = 0;

  constructor(recorder: Recorder, random: Random, parameters: WorkloadParameters) {
    this.recorder = recorder;
    this.random = random;
    this.parameters = parameters;
    this.xen = xenBehaviour(recorder.header.heap.xen);
  }

  /** Pages of the machine. */
  get pages(): number {
    return this.recorder.header.machine.frames;
  }

  get nodes(): readonly NodeId[] {
    return this.recorder.header.machine.nodes.map(({ id }) => id);
  }

  /** Domains at the same time. */
  get domains(): number {
    return this.parameters.domains ?? 1;
  }

  /** Pages of a domain. */
  get domainPages(): number {
    return Math.floor((this.parameters.domainMemory ?? 0) / PAGE_SIZE);
  }

  get freePages(): number {
    return this.recorder.heap.totals.freePages;
  }

  /** Starts Xen as this machine's configuration has it, and lets idle CPUs scrub the memory. Throws `BootPanic`. */
  boot(): void {
    const { recorder } = this;
    const { machine, heap } = recorder.header;
    const { before, after } = planBoot(machine, heap);
    for (const call of before) recorder.call(call.type, call);
    const frameTable = Math.ceil((machine.frames * FRAME_ENTRY) / PAGE_SIZE);
    recorder.allocBootPages({ pages: frameTable, align: 1 });
    recorder.allocBootPages({ pages: 16, align: 16 });
    recorder.endBootAllocator();
    for (const call of after) recorder.call(call.type, call);
    recorder.heapInitLate();
    recorder.setSystemState({ state: 'active' });
    this.scrub();
  }

  /** The idle CPUs scrub everything that is dirty. */
  scrub(): void {
    const { cpus } = this.recorder.header.machine;
    for (const node of this.nodes) {
      const cpu = cpus.indexOf(node);
      if (cpu >= 0) this.recorder.scrubFreePages({ cpu: cpu as CpuId });
    }
  }

  /** An idle CPU scrubs for a moment, then other work comes. */
  scrubABit(): void {
    const cpu = this.random.below(this.recorder.header.machine.cpus.length) as CpuId;
    this.recorder.scrubFreePages({ cpu, preempt: true });
  }

  /** An id that no living domain has, as Xen's toolstack counts them: rising, from 1 again behind the last one. */
  nextDomain(isAlive: (id: DomainId) => boolean = () => false): DomainId {
    do this.lastDomain = (this.lastDomain % LAST_DOMAIN) + 1;
    while (isAlive(this.lastDomain as DomainId));
    return this.lastDomain as DomainId;
  }
}

/** The domain ids that a workload goes round in: few enough that the heap of a long one stays small. */
const LAST_DOMAIN = 32_000;

/** An order that is known to be one. */
export function order(value: number): Order {
  return value as Order;
}
