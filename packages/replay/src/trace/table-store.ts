import type { CallRecord, CallResult, MemFlags, NodeId } from '@heaplay/core';
import { isExtensionKey } from '@heaplay/core';
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
  IS_ODD,
  RESULT_NULL,
  SWITCH_ON,
  type TraceColumns,
} from './table-columns.ts';

const VIRQS_LIMIT = 2 ** 32;

/** Writes the fields of calls into columns. `RecordRebuilder` is the way back. */
export class RecordStore {
  private readonly columns: TraceColumns;
  private readonly callers: Interned<readonly string[]>;
  private readonly texts: Interned<string>;

  constructor(columns: TraceColumns, callers: Interned<readonly string[]>, texts: Interned<string>) {
    this.columns = columns;
    this.callers = callers;
    this.texts = texts;
  }

  /** Writes a call's fields. Returns the bits of `present`; with {@link IS_ODD} if not all of it fits. */
  store(index: number, record: CallRecord): number {
    const odd = record.bug !== undefined || hasExtension(record) ? IS_ODD : 0;
    return (
      odd |
      this.storeEnvelope(index, record) |
      this.storeArguments(index, record) |
      this.storeResult(index, record.result)
    );
  }

  private storeEnvelope(index: number, record: CallRecord): number {
    const { columns } = this;
    let present = 0;
    if (record.cpu !== undefined) {
      columns.cpu[index] = record.cpu;
      present |= HAS_CPU;
    }
    if (record.at !== undefined) {
      columns.setAt(index, record.at);
      present |= HAS_AT;
    }
    if (record.caller !== undefined) {
      columns.setCaller(index, this.callers.indexOf(record.caller));
      present |= HAS_CALLER;
    }
    if (record.freePagesBefore !== undefined) {
      columns.setFreeBefore(index, record.freePagesBefore);
      present |= HAS_FREE_BEFORE;
    }
    if (record.virqs !== undefined) {
      columns.setVirqs(index, record.virqs);
      present |= record.virqs < VIRQS_LIMIT ? HAS_VIRQS : HAS_VIRQS | IS_ODD;
    }
    return present;
  }

  private storeArguments(index: number, record: CallRecord): number {
    const { columns } = this;
    switch (record.type) {
      case 'free_domheap_pages':
      case 'free_xenheap_pages':
        columns.first[index] = record.mfn;
        columns.order[index] = record.order;
        return 0;
      case 'alloc_xenheap_pages':
        columns.order[index] = record.order;
        return this.storePlacement(index, record.flags, record.node, record.bits);
      case 'alloc_domheap_pages':
      case 'populate_physmap':
        columns.order[index] = record.order;
        return (
          this.storeDomain(index, record.domain) | this.storePlacement(index, record.flags, record.node, record.bits)
        );
      case 'alloc_heap_pages':
        columns.order[index] = record.order;
        columns.first[index] = record.zoneLo;
        columns.setSecond(index, record.zoneHi);
        return (
          this.storeDomain(index, record.domain) | this.storePlacement(index, record.flags, record.node, record.bits)
        );
      case 'free_heap_pages':
        columns.first[index] = record.mfn;
        columns.order[index] = record.order;
        return switchBits(record.dirty);
      case 'assign_pages':
        columns.first[index] = record.mfn;
        columns.order[index] = record.order;
        return this.storeDomain(index, record.domain) | this.storePlacement(index, record.flags, undefined, undefined);
      case 'scrub_free_pages':
        return switchBits(record.preempt) | this.storeNumber(index, record.pages);
      default:
        return this.storeRareArguments(index, record);
    }
  }

  private storeRareArguments(index: number, record: CallRecord): number {
    const { columns } = this;
    switch (record.type) {
      case 'init_boot_pages':
      case 'init_xenheap_pages':
      case 'init_domheap_pages':
        columns.first[index] = record.start;
        columns.setSecond(index, record.end);
        return 0;
      case 'alloc_boot_pages':
        columns.first[index] = record.pages;
        columns.setSecond(index, record.align);
        return 0;
      case 'domain_create':
        columns.first[index] = record.maxPages;
        return (
          this.storeDomain(index, record.domain) |
          this.storePlacement(index, undefined, undefined, record.addressBits) |
          (record.nodeAffinity === undefined ? 0 : IS_ODD)
        );
      case 'domain_set_max_pages':
        columns.first[index] = record.maxPages;
        return this.storeDomain(index, record.domain);
      case 'domain_set_node_affinity':
        return this.storeDomain(index, record.domain) | IS_ODD;
      case 'domain_kill':
        return this.storeDomain(index, record.domain);
      case 'relinquish_memory':
      case 'domain_set_outstanding_pages':
        return this.storeDomain(index, record.domain) | this.storeNumber(index, record.pages);
      case 'offline_page':
        columns.first[index] = record.mfn;
        return switchBits(record.broken);
      case 'map_domain_page':
      case 'map_domain_page_global':
        columns.first[index] = record.mfn;
        if (record.vcpu !== undefined) columns.setSecond(index, record.vcpu);
        return this.storeDomain(index, record.domain) | (record.vcpu === undefined ? 0 : HAS_NUMBER);
      case 'xenheap_max_mfn':
      case 'online_page':
      case 'query_page_offline':
      case 'mfn_to_virt':
        columns.first[index] = record.mfn;
        return 0;
      case 'unmap_domain_page':
      case 'unmap_domain_page_global':
      case 'vunmap':
      case 'virt_to_mfn':
        columns.setAddress(index, record.va);
        return 0;
      case 'access':
        columns.setAddress(index, record.va);
        return switchBits(record.write);
      case 'vmap':
        return IS_ODD;
      default:
        return 0;
    }
  }

  private storeDomain(index: number, domain: number | undefined): number {
    if (domain === undefined) return 0;
    this.columns.domain[index] = domain;
    return HAS_DOMAIN;
  }

  private storePlacement(
    index: number,
    flags: MemFlags | undefined,
    node: NodeId | undefined,
    bits: number | undefined,
  ): number {
    const { columns } = this;
    let present = 0;
    if (flags !== undefined) {
      columns.flags[index] = flags;
      present |= HAS_FLAGS;
    }
    if (node !== undefined) {
      columns.node[index] = node;
      present |= HAS_NODE;
    }
    if (bits !== undefined) {
      columns.bits[index] = bits;
      present |= HAS_BITS;
    }
    return present;
  }

  private storeNumber(index: number, value: number | undefined): number {
    if (value === undefined) return 0;
    this.columns.first[index] = value;
    return HAS_NUMBER;
  }

  private storeResult(index: number, result: CallResult | undefined): number {
    const { columns } = this;
    switch (typeof result) {
      case 'undefined':
        return 0;
      case 'number':
        columns.result[index] = result;
        return HAS_RESULT;
      case 'boolean':
        columns.result[index] = result ? 1 : 0;
        return HAS_RESULT;
      case 'bigint':
        columns.setAddress(index, result);
        return HAS_RESULT;
      case 'string':
        columns.result[index] = this.texts.indexOf(result);
        return HAS_RESULT;
      case 'object':
        if (result === null) return HAS_RESULT | RESULT_NULL;
        if (!('errno' in result) || Object.keys(result).length !== 2) return HAS_RESULT | IS_ODD;
        columns.result[index] = result.errno;
        columns.setSecond(index, result.status);
        return HAS_RESULT;
    }
  }
}

function switchBits(value: boolean | undefined): number {
  if (value === undefined) return 0;
  return value ? HAS_SWITCH | SWITCH_ON : HAS_SWITCH;
}

function hasExtension(record: CallRecord): boolean {
  for (const key in record) {
    if (isExtensionKey(key)) return true;
  }
  return false;
}
