import { accessFault, frameAt, mappingsOfBlock, mfnToVirt, pageInfo } from '@heaplay/core';
import type { AccessFault, HeapCall, HeapReader, Mfn, VirtualAddress } from '@heaplay/core';
import { frame, plural } from '../text/format.ts';
import type { Report } from './finding.ts';

/** A mapping that was made for a moment, and not ended yet. */
interface Transient {
  readonly record: number;
  readonly va: VirtualAddress;
  readonly mfn: Mfn;
  readonly cpu: number;
  /** Calls that its CPU had made when it was made. */
  readonly calls: number;
  told: boolean;
}

/** The rules about addresses (MAP-6, MODE-4). Holds what is needed beside the heap: who mapped what when, and what was unmapped. */
export class MappingRules {
  private readonly stashLimit: number;
  /** By page of the address, the newest last. */
  private readonly transients = new Map<bigint, Transient[]>();
  /** By CPU, the oldest first; those that were ended are among them until it is their turn. */
  private readonly queues = new Map<number, Transient[]>();
  private readonly ended = new Set<Transient>();
  private readonly callsOf = new Map<number, number>();
  /** Pages of addresses that were mapped and are not any more, and the record that ended it. */
  private readonly unmapped = new Map<bigint, number>();

  /** `stashLimit`: how many other calls a CPU may make while a transient mapping of its own lives. */
  constructor(stashLimit: number) {
    this.stashLimit = stashLimit;
  }

  /** Holds a call against the heap before it. */
  before(call: HeapCall, heap: HeapReader, report: Report): void {
    const cpu = call.cpu ?? 0;
    switch (call.type) {
      case 'mfn_to_virt':
        checkVirtOf(call.mfn, heap, report);
        return;
      case 'virt_to_mfn':
      case 'access':
        this.checkAccess(call.type, call.va, cpu, heap, report);
        return;
      case 'unmap_domain_page':
        this.checkUnmap(call.va, cpu, report);
        return;
      case 'free_domheap_pages':
      case 'free_xenheap_pages':
      case 'free_heap_pages':
        this.checkFreed(call.mfn, call.order, heap, report);
        return;
      default:
        return;
    }
  }

  /** Takes note of a call that was carried out, and of what its CPU has kept mapped for too long. */
  after(call: HeapCall, result: unknown, record: number, report: Report): void {
    const cpu = call.cpu ?? 0;
    const calls = (this.callsOf.get(cpu) ?? 0) + 1;
    this.callsOf.set(cpu, calls);
    this.tellStashed(cpu, calls, report);
    switch (call.type) {
      case 'map_domain_page':
        if (typeof result === 'bigint') {
          this.mapped({ record, va: result as VirtualAddress, mfn: call.mfn, cpu, calls, told: false });
        }
        break;
      case 'map_domain_page_global':
        if (typeof result === 'bigint') this.unmapped.delete(pageOf(result));
        break;
      case 'vmap':
        if (typeof result === 'bigint') {
          for (const [at] of call.mfns.entries()) this.unmapped.delete(pageOf(result) + BigInt(at));
        }
        break;
      case 'unmap_domain_page':
        this.release(call.va, cpu, record);
        break;
      case 'unmap_domain_page_global':
      case 'vunmap':
        this.unmapped.set(pageOf(call.va), record);
        break;
      default:
        break;
    }
  }

  private mapped(transient: Transient): void {
    const page = pageOf(transient.va);
    this.unmapped.delete(page);
    const here = this.transients.get(page);
    if (here === undefined) this.transients.set(page, [transient]);
    else here.push(transient);
    const queue = this.queues.get(transient.cpu);
    if (queue === undefined) this.queues.set(transient.cpu, [transient]);
    else queue.push(transient);
  }

  /** Ends the newest mapping at an address: one of this CPU, or else of another. */
  private release(va: VirtualAddress, cpu: number, record: number): void {
    const page = pageOf(va);
    const here = this.transients.get(page);
    if (here === undefined) return;
    const own = here.findLastIndex((one) => one.cpu === cpu);
    const [gone] = here.splice(own < 0 ? here.length - 1 : own, 1);
    if (gone !== undefined) this.ended.add(gone);
    if (here.length > 0) return;
    this.transients.delete(page);
    this.unmapped.set(page, record);
  }

  private tellStashed(cpu: number, calls: number, report: Report): void {
    const queue = this.queues.get(cpu);
    for (let oldest = queue?.[0]; oldest !== undefined; oldest = queue?.[0]) {
      const isOver = calls - oldest.calls > this.stashLimit;
      if (!isOver && !this.ended.has(oldest)) return;
      queue?.shift();
      if (this.ended.delete(oldest) || oldest.told) continue;
      oldest.told = true;
      report(
        'stashed-transient',
        `${frame(oldest.mfn)} is still mapped at ${hex(oldest.va)} since record ${oldest.record}, after ${plural(calls - oldest.calls, 'further call')} of CPU ${cpu}: map_domain_page is for a moment`,
      );
    }
  }

  private checkUnmap(va: VirtualAddress, cpu: number, report: Report): void {
    if (va === 0n) return;
    const here = this.transients.get(pageOf(va)) ?? [];
    const newest = here.at(-1);
    if (newest === undefined) {
      const ended = this.unmapped.get(pageOf(va));
      const since = ended === undefined ? 'nothing was mapped there' : `it was unmapped at record ${ended}`;
      report(ended === undefined ? 'access-unmapped' : 'use-after-unmap', `unmap_domain_page of ${hex(va)}: ${since}`);
      return;
    }
    if (here.some((one) => one.cpu === cpu)) return;
    report(
      'unmap-on-other-cpu',
      `${hex(va)} was mapped on CPU ${newest.cpu} at record ${newest.record}, and is unmapped on CPU ${cpu}`,
    );
    return;
  }

  /** A mapping that was made for a moment outlives its page. */
  private checkFreed(mfn: Mfn, order: number, heap: HeapReader, report: Report): void {
    if (this.transients.size === 0) return;
    for (const mapping of mappingsOfBlock(heap, mfn, order)) {
      if (mapping.permanent) continue;
      const since = this.transients.get(pageOf(mapping.va))?.find((one) => one.mfn === mapping.mfn);
      if (since === undefined || since.told) continue;
      since.told = true;
      report(
        'stashed-transient',
        `page ${frame(mapping.mfn)} is freed, and is still mapped at ${hex(mapping.va)} since record ${since.record}`,
      );
    }
  }

  private checkAccess(type: string, va: VirtualAddress, cpu: number, heap: HeapReader, report: Report): void {
    const fault = accessFault(heap, va, cpu);
    const what = `${type} at ${hex(va)}`;
    if (fault === null) {
      const mfn = frameAt(heap, va, cpu);
      if (mfn !== null && heap.platform.isValid(mfn) && pageInfo(heap, mfn).state === 'free') {
        report('use-after-free', `${what}: page ${frame(mfn)} is free`);
      }
      return;
    }
    const ended = this.unmapped.get(pageOf(va));
    if (fault === 'beyond-direct-map') report('va-beyond-direct-map', `${what}: ${FAULTS[fault]}`);
    else if (ended !== undefined) report('use-after-unmap', `${what}: it was unmapped at record ${ended}`);
    else report('access-unmapped', `${what}: ${FAULTS[fault]}`);
  }
}

const FAULTS: Readonly<Record<AccessFault, string>> = {
  'beyond-direct-map': 'in this layout no frame is mapped there',
  'not-mapped': 'nothing is mapped there',
  'other-cpu': 'only another CPU has a mapping there',
  'no-such-area': 'nothing is ever mapped there',
};

/** `va()` of a page that need not be mapped (MODE-4). */
function checkVirtOf(mfn: Mfn, heap: HeapReader, report: Report): void {
  const { platform } = heap;
  const page = platform.isValid(mfn) ? pageInfo(heap, mfn) : undefined;
  if (page !== undefined && page.state !== 'outside' && !page.xenHeap) {
    report(
      'va-on-dom-heap',
      `mfn_to_virt of ${frame(mfn)}, a page of the dom heap: works only where all RAM is in the direct map`,
    );
  }
  if (mfnToVirt(heap, mfn) === null) {
    report(
      'va-beyond-direct-map',
      `mfn_to_virt of ${frame(mfn)}: it has no address in this layout (${platform.config.mode})`,
    );
  }
}

function pageOf(va: bigint): bigint {
  return va >> 12n;
}

function hex(va: bigint): string {
  return `0x${va.toString(16)}`;
}
