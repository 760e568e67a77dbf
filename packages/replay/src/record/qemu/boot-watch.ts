import type { HeapCall } from '@heaplay/core';
import { type TraceHeader, traceHeader } from '../../trace/header.ts';
import type { TraceRecord } from '../../trace/trace-record.ts';
import { FrameNumbers } from './frame-numbers.ts';
import { bareMachine, readMachine } from './machine-facts.ts';
import type { XenMemory } from './xen-memory.ts';

/** What is known of a machine when its boot allocator has ended. */
export interface BootedMachine {
  readonly header: TraceHeader;
  readonly frames: FrameNumbers;
}

/** Follows the start of a machine, until a header can be written. */
export class BootWatch {
  private readonly memory: XenMemory;
  private readonly recorder: TraceHeader['recorder'];
  private readonly cpus: number;
  private readonly given: (readonly [start: number, end: number])[] = [];
  private xenheapMaxMfn: number | null = null;
  private dmaBits = 0;
  private isActive = false;

  constructor(memory: XenMemory, recorder: TraceHeader['recorder'], cpus: number) {
    this.memory = memory;
    this.recorder = recorder;
    this.cpus = cpus;
  }

  /** Hears of a call that begins; gives what is to be told before it. */
  async hear(call: HeapCall): Promise<TraceRecord[]> {
    switch (call.type) {
      case 'init_boot_pages':
        this.given.push([call.start, call.end]);
        return [];
      case 'xenheap_max_mfn':
        this.xenheapMaxMfn = call.mfn;
        return [];
      case 'end_boot_allocator':
        this.dmaBits = await this.memory.numberOf('dma_bitsize', 4);
        return [];
      case 'init_domheap_pages':
      case 'init_xenheap_pages':
        return await this.systemState();
      default:
        return [];
    }
  }

  /** Memory that is given to the heap of a Xen that is up is clean (BOOT-6). */
  private async systemState(): Promise<TraceRecord[]> {
    if (this.isActive) return [];
    this.isActive = (await this.memory.numberOf('system_state', 4)) >= this.memory.layout.systemActive;
    return this.isActive ? [{ type: 'set_system_state', state: 'active' }] : [];
  }

  /** The boot allocator has ended: now everything that the header says is there. */
  async booted(): Promise<BootedMachine> {
    const { memory, given, xenheapMaxMfn, dmaBits } = this;
    const frames = await FrameNumbers.read(memory);
    const dmaBitsAfter = await memory.numberOf('dma_bitsize', 4);
    const { machine, heap } = await readMachine(
      memory,
      frames,
      { given, xenheapMaxMfn, dmaBits, dmaBitsAfter },
      this.cpus,
    );
    return { header: traceHeader(this.recorder, machine, heap), frames };
  }

  /** A header of what little is known of a machine that came no further. */
  bareHeader(): TraceHeader {
    const { machine, heap } = bareMachine(this.memory.layout, this.given, this.cpus);
    return traceHeader(this.recorder, machine, heap);
  }
}
