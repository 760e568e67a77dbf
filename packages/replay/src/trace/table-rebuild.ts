import type {
  CallRecord,
  CallType,
  CpuId,
  DomainId,
  MemFlags,
  Mfn,
  NodeId,
  Order,
  PageOfflineResult,
  PhysicalAddress,
  RecordEnvelope,
  VirtualAddress,
  Zone,
} from '@heaplay/core';
import { InvariantError } from '@heaplay/core';
import type { Interned } from './interned.ts';
import {
  HAS_AT,
  HAS_BITS,
  HAS_CALLER,
  HAS_CPU,
  HAS_DOMAIN,
  HAS_FLAGS,
  HAS_FREE_BEFORE,
  HAS_NODE,
  HAS_NUMBER,
  HAS_RESULT,
  HAS_SWITCH,
  HAS_VIRQS,
  RESULT_NULL,
  SWITCH_ON,
  type TraceColumns,
} from './table-columns.ts';

/** Fields that a record may have. */
type Optional<K extends string, V> = { readonly [key in K]?: V };

interface PlacementFields {
  flags?: MemFlags;
  node?: NodeId;
  bits?: number;
}

/** Makes records of columns that `RecordStore` wrote. Here numbers get their brands back. */
export class RecordRebuilder {
  private readonly columns: TraceColumns;
  private readonly callers: Interned<readonly string[]>;
  private readonly texts: Interned<string>;

  constructor(columns: TraceColumns, callers: Interned<readonly string[]>, texts: Interned<string>) {
    this.columns = columns;
    this.callers = callers;
    this.texts = texts;
  }

  /** The record at an index. It must be one that fits the columns. */
  record(i: number, type: CallType): CallRecord {
    return this.plainRecord(i, type) ?? this.anyRecord(i, type);
  }

  /** A record as most are, with nothing but the usual fields, made in one piece; undefined if it is another one. */
  private plainRecord(i: number, type: CallType): CallRecord | undefined {
    const present = this.columns.present[i] ?? 0;
    switch (type) {
      case 'free_domheap_pages':
      case 'free_xenheap_pages':
        return present === 0 ? { type, mfn: this.mfn(i), order: this.order(i) } : undefined;
      case 'alloc_xenheap_pages':
        return present === HAS_RESULT ? { type, order: this.order(i), result: this.result(i) as Mfn } : undefined;
      case 'alloc_domheap_pages':
        if (present === HAS_RESULT) return { type, order: this.order(i), result: this.result(i) as Mfn };
        if (present !== (HAS_RESULT | HAS_DOMAIN)) return undefined;
        return { type, domain: this.domainOf(i), order: this.order(i), result: this.result(i) as Mfn };
      default:
        return undefined;
    }
  }

  private anyRecord(i: number, type: CallType): CallRecord {
    const envelope = this.envelope(i);
    switch (type) {
      case 'alloc_xenheap_pages':
        return { type, order: this.order(i), ...this.placement(i), ...this.mfnResult(i), ...envelope };
      case 'alloc_domheap_pages':
        return {
          type,
          ...this.domain(i),
          order: this.order(i),
          ...this.placement(i),
          ...this.mfnResult(i),
          ...envelope,
        };
      case 'populate_physmap': {
        const domain = this.domainOf(i);
        return { type, domain, order: this.order(i), ...this.placement(i), ...this.mfnResult(i), ...envelope };
      }
      case 'free_domheap_pages':
      case 'free_xenheap_pages':
        return { type, mfn: this.mfn(i), order: this.order(i), ...envelope };
      case 'alloc_heap_pages':
        return {
          type,
          ...this.domain(i),
          zoneLo: this.first(i) as Zone,
          zoneHi: this.second(i) as Zone,
          order: this.order(i),
          ...this.placement(i),
          ...this.mfnResult(i),
          ...envelope,
        };
      case 'free_heap_pages':
        return { type, mfn: this.mfn(i), order: this.order(i), dirty: this.switch(i), ...envelope };
      case 'assign_pages': {
        const flags = this.has(i, HAS_FLAGS) ? { flags: this.flags(i) } : {};
        const block = { domain: this.domainOf(i), mfn: this.mfn(i), order: this.order(i) };
        return { type, ...block, ...flags, ...this.numberResult(i), ...envelope };
      }
      case 'scrub_free_pages': {
        const preempt = this.has(i, HAS_SWITCH) ? { preempt: this.switch(i) } : {};
        const result = this.has(i, HAS_RESULT) ? { result: this.columns.result[i] === 1 } : {};
        return { type, ...preempt, ...this.pages(i), ...result, ...envelope };
      }
      case 'init_boot_pages':
      case 'init_xenheap_pages':
      case 'init_domheap_pages': {
        const [start, end] = [this.first(i) as PhysicalAddress, this.second(i) as PhysicalAddress];
        return { type, start, end, ...envelope };
      }
      case 'alloc_boot_pages': {
        const result = this.has(i, HAS_RESULT) ? { result: this.result(i) as Mfn } : {};
        return { type, pages: this.first(i), align: this.second(i), ...result, ...envelope };
      }
      case 'end_boot_allocator':
      case 'heap_init_late':
        return { type, ...envelope };
      case 'set_system_state':
        return { type, state: 'active', ...envelope };
      case 'xenheap_max_mfn':
        return { type, mfn: this.mfn(i), ...this.numberResult(i), ...envelope };
      case 'domain_create': {
        const width = this.has(i, HAS_BITS) ? { addressBits: this.columns.bits[i] ?? 0 } : {};
        return { type, domain: this.domainOf(i), maxPages: this.first(i), ...width, ...envelope };
      }
      case 'domain_set_max_pages':
        return { type, domain: this.domainOf(i), maxPages: this.first(i), ...envelope };
      case 'domain_kill':
        return { type, domain: this.domainOf(i), ...envelope };
      case 'relinquish_memory':
        return { type, domain: this.domainOf(i), ...this.pages(i), ...this.numberResult(i), ...envelope };
      case 'domain_set_outstanding_pages':
        return { type, domain: this.domainOf(i), pages: this.first(i), ...this.numberResult(i), ...envelope };
      case 'offline_page':
        return { type, mfn: this.mfn(i), broken: this.switch(i), ...this.offlineResult(i), ...envelope };
      case 'online_page':
      case 'query_page_offline':
        return { type, mfn: this.mfn(i), ...this.offlineResult(i), ...envelope };
      case 'map_domain_page': {
        const result = this.has(i, HAS_RESULT) ? { result: this.address(i) } : {};
        return { type, mfn: this.mfn(i), ...this.domain(i), ...this.vcpu(i), ...result, ...envelope };
      }
      case 'map_domain_page_global':
        return { type, mfn: this.mfn(i), ...this.domain(i), ...this.vcpu(i), ...this.addressResult(i), ...envelope };
      case 'mfn_to_virt':
        return { type, mfn: this.mfn(i), ...this.addressResult(i), ...envelope };
      case 'unmap_domain_page':
      case 'unmap_domain_page_global':
      case 'vunmap':
        return { type, va: this.address(i), ...envelope };
      case 'virt_to_mfn':
        return { type, va: this.address(i), ...this.mfnResult(i), ...envelope };
      case 'access': {
        const result = this.has(i, HAS_RESULT) ? { result: this.texts.at(this.result(i)) ?? '' } : {};
        return { type, va: this.address(i), write: this.switch(i), ...result, ...envelope };
      }
      case 'vmap':
      case 'domain_set_node_affinity':
        throw new InvariantError(`${type} holds a list, so it is kept as an object`);
    }
  }

  private has(i: number, bit: number): boolean {
    return ((this.columns.present[i] ?? 0) & bit) !== 0;
  }

  private first(i: number): number {
    return compact(this.columns.first[i] ?? 0);
  }

  private second(i: number): number {
    return compact(this.columns.second[i] ?? 0);
  }

  private result(i: number): number {
    return compact(this.columns.result[i] ?? 0);
  }

  private mfn(i: number): Mfn {
    return this.first(i) as Mfn;
  }

  private order(i: number): Order {
    return (this.columns.order[i] ?? 0) as Order;
  }

  private flags(i: number): MemFlags {
    return (this.columns.flags[i] ?? 0) as MemFlags;
  }

  private domainOf(i: number): DomainId {
    return (this.columns.domain[i] ?? 0) as DomainId;
  }

  private address(i: number): VirtualAddress {
    return (this.columns.address[i] ?? 0n) as VirtualAddress;
  }

  private switch(i: number): boolean {
    return this.has(i, SWITCH_ON);
  }

  private domain(i: number): Optional<'domain', DomainId> {
    return this.has(i, HAS_DOMAIN) ? { domain: this.domainOf(i) } : {};
  }

  private pages(i: number): Optional<'pages', number> {
    return this.has(i, HAS_NUMBER) ? { pages: this.first(i) } : {};
  }

  private placement(i: number): PlacementFields {
    const fields: PlacementFields = {};
    if (this.has(i, HAS_FLAGS)) fields.flags = this.flags(i);
    if (this.has(i, HAS_NODE)) fields.node = (this.columns.node[i] ?? 0) as NodeId;
    if (this.has(i, HAS_BITS)) fields.bits = this.columns.bits[i] ?? 0;
    return fields;
  }

  private mfnResult(i: number): Optional<'result', Mfn | null> {
    if (!this.has(i, HAS_RESULT)) return {};
    return { result: this.has(i, RESULT_NULL) ? null : (this.result(i) as Mfn) };
  }

  private numberResult(i: number): Optional<'result', number> {
    return this.has(i, HAS_RESULT) ? { result: this.result(i) } : {};
  }

  private addressResult(i: number): Optional<'result', VirtualAddress | null> {
    if (!this.has(i, HAS_RESULT)) return {};
    return { result: this.has(i, RESULT_NULL) ? null : this.address(i) };
  }

  private vcpu(i: number): Optional<'vcpu', number> {
    return this.has(i, HAS_NUMBER) ? { vcpu: this.second(i) } : {};
  }

  private offlineResult(i: number): Optional<'result', PageOfflineResult> {
    return this.has(i, HAS_RESULT) ? { result: { errno: this.result(i), status: this.second(i) } } : {};
  }

  private envelope(i: number): RecordEnvelope {
    const { columns } = this;
    const present = columns.present[i] ?? 0;
    const envelope: { -readonly [K in keyof RecordEnvelope]: RecordEnvelope[K] } = {};
    if ((present & HAS_AT) !== 0) envelope.at = columns.at[i] ?? 0;
    if ((present & HAS_CPU) !== 0) envelope.cpu = (columns.cpu[i] ?? 0) as CpuId;
    if ((present & HAS_CALLER) !== 0) envelope.caller = this.callers.at(columns.caller[i] ?? 0) ?? [];
    if ((present & HAS_FREE_BEFORE) !== 0) envelope.freePagesBefore = columns.freeBefore[i] ?? 0;
    if ((present & HAS_VIRQS) !== 0) envelope.virqs = columns.virqs[i] ?? 0;
    return envelope;
  }
}

/**
 * The same number. A column of floating point gives a small integer as one too, which would cost a box in each record
 * and slower arithmetic with it; the JSON parser gives it as an integer.
 */
function compact(value: number): number {
  const integer = value | 0;
  return integer === value ? integer : value;
}
