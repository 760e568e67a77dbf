import type { HeapCall } from '../src/call/call.ts';
import { MEM_FLAG_NAMES, memFlags } from '../src/call/mem-flags.ts';
import type { Outcome } from '../src/call/outcome.ts';
import type { HeapConfig } from '../src/machine/heap-config.ts';
import type { Machine } from '../src/machine/machine.ts';
import type { CpuId, DomainId, NodeId } from '../src/units/ids.ts';
import type { Mfn, PhysicalAddress, VirtualAddress } from '../src/units/mfn.ts';
import type { Order } from '../src/units/order.ts';

/** One random choice: which call, and three numbers from which its arguments follow. */
export type Choice = readonly [kind: number, a: number, b: number, c: number];

interface Live {
  readonly mfn: number;
  readonly order: number;
  readonly xen: boolean;
  readonly domain: number | null;
}

const DOMAINS = 3;

/**
 * Turns random choices into calls that fit what came of the calls before: frees of what is live, whole or in part,
 * allocations of every kind, deaths and rebirths of domains, offlining of random frames.
 */
export class RandomRun {
  private readonly machine: Machine;
  private live: Live[] = [];
  /** Addresses that transient mappings got, and `vmap` and its like. */
  private readonly transient: VirtualAddress[] = [];
  private readonly permanent: VirtualAddress[] = [];

  constructor(machine: Machine) {
    this.machine = machine;
  }

  /** The calls that lay out the heap, and create the domains. */
  static boot(machine: Machine, config: HeapConfig): HeapCall[] {
    const calls: HeapCall[] = [];
    if (config.xenheapMaxMfn !== null) calls.push({ type: 'xenheap_max_mfn', mfn: config.xenheapMaxMfn as Mfn });
    for (const [first, end] of machine.ram) {
      if (config.xenHeap === null) {
        calls.push({ type: 'init_boot_pages', start: address(first), end: address(end) });
        continue;
      }
      const [xenFirst, xenEnd] = config.xenHeap;
      calls.push({ type: 'init_boot_pages', start: address(first), end: address(Math.min(end, xenFirst)) });
      calls.push({ type: 'init_boot_pages', start: address(Math.max(first, xenEnd)), end: address(end) });
    }
    calls.push({ type: 'alloc_boot_pages', pages: 7, align: 4 });
    if (config.xenHeap !== null) {
      const [xenFirst, xenEnd] = config.xenHeap;
      calls.push({ type: 'init_xenheap_pages', start: address(xenFirst), end: address(xenEnd) });
    }
    calls.push(
      { type: 'end_boot_allocator' },
      { type: 'heap_init_late' },
      { type: 'set_system_state', state: 'active' },
    );
    for (let id = 1; id <= DOMAINS; id++) calls.push({ type: 'domain_create', domain: id as DomainId, maxPages: 4000 });
    return calls;
  }

  /** The call that a choice stands for now, or undefined if it has nothing to act on. */
  call([kind, a, b, c]: Choice): HeapCall | undefined {
    const order = (a % 16 < 12 ? a % 4 : a % 12) as Order;
    const flags = memFlags(...MEM_FLAG_NAMES.filter((_, bit) => ((b >> bit) & 0x101) === 0x101));
    const domain = (1 + (c % DOMAINS)) as DomainId;
    const cpu = (c % this.machine.cpus.length) as CpuId;
    const node = (c % 5 === 0 ? b % 3 : 255) as NodeId;
    const mfn = ((a * 257 + b) % this.machine.frames) as Mfn;
    switch (kind % 24) {
      case 0:
      case 1:
        return {
          type: 'alloc_xenheap_pages',
          order,
          flags,
          node,
          cpu,
          ...(c % 7 === 0 ? { bits: 20 + (b % 12) } : {}),
        };
      case 2:
      case 3:
        return { type: 'alloc_domheap_pages', order, flags, node, cpu };
      case 4:
      case 5:
      case 6:
        return { type: 'alloc_domheap_pages', order, flags, node, cpu, domain };
      case 7:
        return { type: 'populate_physmap', order, domain, cpu };
      case 8:
      case 9:
      case 10:
      case 11:
      case 12:
        return this.free(a, b);
      case 13:
        return { type: 'scrub_free_pages', preempt: b % 2 === 0, cpu, ...(a % 3 === 0 ? { pages: b % 50 } : {}) };
      case 14:
        return { type: 'offline_page', mfn, broken: b % 4 === 0 };
      case 15:
        return { type: 'online_page', mfn: (b % 2 === 0 ? mfn : (a % 300) + 1) as Mfn };
      case 16:
        return { type: 'domain_set_outstanding_pages', domain, pages: b % 3 === 0 ? 0 : b % 3000 };
      case 17:
        return a % 3 === 0
          ? { type: 'domain_kill', domain }
          : { type: 'relinquish_memory', domain, ...(a % 2 === 0 ? { pages: b % 20 } : {}) };
      case 18:
        return { type: 'domain_set_node_affinity', domain, nodeAffinity: b % 2 === 0 ? [0 as NodeId] : [1 as NodeId] };
      case 19:
        return { type: 'domain_set_max_pages', domain, maxPages: b % 5000 };
      case 20:
        return { type: 'map_domain_page', mfn: this.frame(a, b), cpu, ...(c % 4 === 0 ? {} : { domain }) };
      case 21:
        return this.unmap(a, b);
      case 22:
        return b % 2 === 0
          ? { type: 'map_domain_page_global', mfn: this.frame(a, b), cpu }
          : { type: 'vmap', mfns: [this.frame(a, b), mfn], cpu };
      default:
        return {
          type: 'access',
          va: this.transient.at(-1) ?? this.permanent.at(-1) ?? (0n as VirtualAddress),
          write: true,
        };
    }
  }

  /** Takes note of what came of a call. */
  note(call: HeapCall, outcome: Outcome): void {
    const { result } = outcome;
    switch (call.type) {
      case 'alloc_xenheap_pages':
      case 'alloc_domheap_pages':
      case 'populate_physmap':
        if (typeof result === 'number') {
          const domain = 'domain' in call && call.domain !== undefined ? call.domain : null;
          this.live.push({ mfn: result, order: call.order, xen: call.type === 'alloc_xenheap_pages', domain });
        }
        break;
      case 'map_domain_page':
        if (typeof result === 'bigint') this.transient.push(result);
        break;
      case 'map_domain_page_global':
      case 'vmap':
        if (typeof result === 'bigint') this.permanent.push(result);
        break;
      case 'relinquish_memory':
        // Which of the domain's pages went is the model's business: none of them is freed again.
        this.live = this.live.filter((block) => block.domain !== call.domain);
        break;
      default:
        break;
    }
  }

  /** A frame that is held, or any. */
  private frame(a: number, b: number): Mfn {
    const block = this.live[a % Math.max(this.live.length, 1)];
    return (block === undefined ? b % this.machine.frames : block.mfn) as Mfn;
  }

  private unmap(a: number, b: number): HeapCall | undefined {
    const list = b % 3 === 0 ? this.permanent : this.transient;
    const [va] = list.splice(a % Math.max(list.length, 1), 1);
    if (va === undefined) return undefined;
    if (list === this.transient) return { type: 'unmap_domain_page', va };
    // In the vmap area both calls are the same, in the direct map one of them does nothing.
    return { type: b % 2 === 0 ? 'vunmap' : 'unmap_domain_page_global', va };
  }

  private free(a: number, b: number): HeapCall | undefined {
    if (this.live.length === 0) return undefined;
    const at = a % this.live.length;
    const [block] = this.live.splice(at, 1) as [Live];
    const type = block.xen ? 'free_xenheap_pages' : 'free_domheap_pages';
    if (b % 4 !== 0 || block.order === 0) return { type, mfn: block.mfn as Mfn, order: block.order as Order };
    // A part of it: one half goes, the other one stays.
    const half = 2 ** (block.order - 1);
    const upper = b % 8 === 0;
    this.live.push({ ...block, mfn: block.mfn + (upper ? 0 : half), order: block.order - 1 });
    return { type, mfn: (block.mfn + (upper ? half : 0)) as Mfn, order: (block.order - 1) as Order };
  }
}

function address(mfn: number): PhysicalAddress {
  return (mfn * 4096) as PhysicalAddress;
}
