import {
  type JsonFields,
  type MemFlags,
  type VirtualAddress,
  formatPhysicalAddress,
  formatVirtualAddress,
  isExtensionKey,
  memFlagNames,
} from '@heaplay/core';
import { RECORD_KEYS } from './record-keys.ts';
import type { TraceFooter, TraceRecord } from './trace-record.ts';

/** A record as a line of a trace, without the line end. Keys stand in the order of the format, `x-` keys last. */
export function encodeRecord(record: TraceRecord): string {
  const fields = inJsonForm(record);
  // Put together by hand: an object with the keys in this order, only to be turned into text, costs twice as much.
  let line = `{"type":"${record.type}"`;
  for (const key of RECORD_KEYS[record.type]) {
    const value = fields[key];
    if (value === undefined) continue;
    line += `,"${key}":${typeof value === 'number' ? value : JSON.stringify(value)}`;
  }
  for (const key in fields) {
    if (isExtensionKey(key) && fields[key] !== undefined)
      line += `,${JSON.stringify(key)}:${JSON.stringify(fields[key])}`;
  }
  return `${line}}`;
}

/** A footer as the last line of a trace, without the line end. */
export function encodeFooter({ records, sha256 }: TraceFooter): string {
  return JSON.stringify({ type: 'end', records, sha256 });
}

/** A record in its JSON form: addresses as hex texts, flags as names, keys in the order of the format. */
export function recordToJson(record: TraceRecord): JsonFields {
  const fields = inJsonForm(record);
  const json: Record<string, unknown> = { type: record.type };
  for (const key of RECORD_KEYS[record.type]) {
    const value = fields[key];
    if (value !== undefined) json[key] = value;
  }
  for (const key in fields) {
    if (isExtensionKey(key)) json[key] = fields[key];
  }
  return json;
}

/** What a call returned, in its JSON form: an address is a hex text. */
export function resultToJson(result: unknown): unknown {
  return typeof result === 'bigint' ? formatVirtualAddress(result as VirtualAddress) : result;
}

/** The few fields whose JSON form differs from the one in memory, turned; the keys in any order. */
function inJsonForm(record: TraceRecord): JsonFields {
  switch (record.type) {
    case 'init_boot_pages':
    case 'init_xenheap_pages':
    case 'init_domheap_pages':
      return { ...record, start: formatPhysicalAddress(record.start), end: formatPhysicalAddress(record.end) };
    case 'alloc_xenheap_pages':
    case 'alloc_domheap_pages':
    case 'populate_physmap':
    case 'assign_pages':
    case 'alloc_heap_pages':
      return { ...record, flags: flagNames(record.flags) };
    case 'map_domain_page':
    case 'map_domain_page_global':
    case 'mfn_to_virt':
    case 'vmap':
      return { ...record, result: resultToJson(record.result) };
    case 'unmap_domain_page':
    case 'unmap_domain_page_global':
    case 'vunmap':
    case 'virt_to_mfn':
    case 'access':
      return { ...record, va: formatVirtualAddress(record.va) };
    default:
      return { ...record };
  }
}

function flagNames(flags: MemFlags | undefined): readonly string[] | undefined {
  return flags === undefined ? undefined : memFlagNames(flags);
}
