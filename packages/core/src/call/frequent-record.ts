import {
  isAddressBits,
  isBoolean,
  isCaller,
  isCount,
  isCpuId,
  isDomainId,
  isErrno,
  isMfn,
  isNodeId,
  isOrder,
  isVcpu,
  isZone,
} from '../schema/scalars.ts';
import { parseVirtualAddress } from '../schema/hex-address.ts';
import { isExtensionKey } from '../schema/open-object.ts';
import type { CallType } from './call.ts';
import { parseMemFlags } from './mem-flags-schema.ts';
import { BUG_KINDS } from './outcome.ts';
import type { CallRecord } from './record.ts';

/*
 * The calls that make up nearly all of a trace, checked by hand: a schema costs ten times as much as the JSON parser.
 * Whatever does not pass here goes to the schema, which has the last word and finds the words for what is wrong.
 * A property test holds both to the same verdicts.
 */

const TYPE = 1;
const ORDER = 2;
const MFN = 4;
const DOMAIN = 8;
const FLAGS = 16;
const NODE = 32;
const BITS = 64;
const DIRTY = 128;
const PREEMPT = 256;
const PAGES = 512;
const ZONE_LO = 1024;
const ZONE_HI = 2048;
const VCPU = 4096;
const VA = 8192;
const WRITE = 16_384;
const RESULT = 32_768;
const PLACEMENT = FLAGS | NODE | BITS;

type Check = (value: unknown) => boolean;

interface Shape {
  readonly required: number;
  readonly allowed: number;
  readonly result: Check;
  /** The result is a virtual address, a hex text in the trace. */
  readonly resultIsAddress: boolean;
}

const isMfnOrNull: Check = (value) => value === null || isMfn(value);
const isAddress: Check = (value) => typeof value === 'bigint';
const isAddressOrNull: Check = (value) => value === null || typeof value === 'bigint';
const isText: Check = (value) => typeof value === 'string';
const isNothing: Check = () => false;

function shape(required: number, optional = 0, result: Check = isNothing): Shape {
  const allowed = TYPE | required | optional | (result === isNothing ? 0 : RESULT);
  const resultIsAddress = result === isAddress || result === isAddressOrNull;
  return { required: TYPE | required, allowed, result, resultIsAddress };
}

const SHAPES: ReadonlyMap<string, Shape> = new Map<CallType, Shape>([
  ['alloc_xenheap_pages', shape(ORDER, PLACEMENT, isMfnOrNull)],
  ['free_xenheap_pages', shape(MFN | ORDER)],
  ['alloc_domheap_pages', shape(ORDER, DOMAIN | PLACEMENT, isMfnOrNull)],
  ['free_domheap_pages', shape(MFN | ORDER)],
  ['populate_physmap', shape(DOMAIN | ORDER, PLACEMENT, isMfnOrNull)],
  ['assign_pages', shape(DOMAIN | MFN | ORDER, FLAGS, isErrno)],
  ['alloc_heap_pages', shape(ZONE_LO | ZONE_HI | ORDER, DOMAIN | PLACEMENT, isMfnOrNull)],
  ['free_heap_pages', shape(MFN | ORDER | DIRTY)],
  ['scrub_free_pages', shape(0, PREEMPT | PAGES, isBoolean)],
  ['relinquish_memory', shape(DOMAIN, PAGES, isCount)],
  ['domain_set_outstanding_pages', shape(DOMAIN | PAGES, 0, isErrno)],
  ['domain_kill', shape(DOMAIN)],
  ['map_domain_page', shape(MFN, DOMAIN | VCPU, isAddress)],
  ['unmap_domain_page', shape(VA)],
  ['map_domain_page_global', shape(MFN, DOMAIN | VCPU, isAddressOrNull)],
  ['unmap_domain_page_global', shape(VA)],
  ['vunmap', shape(VA)],
  ['mfn_to_virt', shape(MFN, 0, isAddressOrNull)],
  ['virt_to_mfn', shape(VA, 0, isMfnOrNull)],
  ['access', shape(VA | WRITE, 0, isText)],
]);

const BUGS: ReadonlySet<unknown> = new Set(BUG_KINDS);

/** The keys of a JSON object. */
export type JsonFields = Readonly<Record<string, unknown>>;

/**
 * Turns the JSON of a frequent call's record into memory; `undefined` if it is of another kind, or wrong.
 * The record takes over the object where the two forms are the same.
 */
export function frequentRecord(wire: JsonFields): CallRecord | undefined {
  const expected = typeof wire['type'] === 'string' ? SHAPES.get(wire['type']) : undefined;
  if (expected === undefined) return undefined;
  const record = toMemory(wire, expected);
  if (record === undefined || !hasShape(record, expected)) return undefined;
  // Every key was checked: here its numbers get their brands.
  return record as unknown as CallRecord;
}

/** The few keys that differ between trace and memory, in memory form; `undefined` if one is not what it should be. */
function toMemory(wire: JsonFields, expected: Shape): JsonFields | undefined {
  let record = wire;
  if (wire['flags'] !== undefined) {
    const flags = parseMemFlags(wire['flags']);
    if (flags === undefined) return undefined;
    record = { ...record, flags };
  }
  if (wire['va'] !== undefined) {
    const va = parseVirtualAddress(wire['va']);
    if (va === undefined) return undefined;
    record = { ...record, va };
  }
  if (expected.resultIsAddress && typeof wire['result'] === 'string') {
    const result = parseVirtualAddress(wire['result']);
    if (result === undefined) return undefined;
    record = { ...record, result };
  }
  return record;
}

function hasShape(record: JsonFields, expected: Shape): boolean {
  let seen = 0;
  for (const key in record) {
    const bit = checkField(key, record[key], expected);
    if (bit < 0) return false;
    seen |= bit;
  }
  return (seen & ~expected.allowed) === 0 && (seen & expected.required) === expected.required;
}

/** The bit of an argument that is as it should be, 0 for a good key of the envelope, -1 for what is wrong or unknown. */
function checkField(key: string, value: unknown, expected: Shape): number {
  switch (key) {
    case 'type':
      return TYPE;
    case 'order':
      return isOrder(value) ? ORDER : -1;
    case 'mfn':
      return isMfn(value) ? MFN : -1;
    case 'result':
      return expected.result(value) ? RESULT : -1;
    case 'domain':
      return isDomainId(value) ? DOMAIN : -1;
    case 'cpu':
      return isCpuId(value) ? 0 : -1;
    case 'flags':
      return FLAGS;
    case 'node':
      return isNodeId(value) ? NODE : -1;
    case 'bits':
      return isAddressBits(value) ? BITS : -1;
    case 'at':
    case 'freePagesBefore':
    case 'virqs':
      return isCount(value) ? 0 : -1;
    case 'caller':
      return isCaller(value) ? 0 : -1;
    case 'preempt':
      return isBoolean(value) ? PREEMPT : -1;
    case 'pages':
      return isCount(value) ? PAGES : -1;
    case 'va':
      return VA;
    case 'write':
      return isBoolean(value) ? WRITE : -1;
    case 'vcpu':
      return isVcpu(value) ? VCPU : -1;
    case 'dirty':
      return isBoolean(value) ? DIRTY : -1;
    case 'zoneLo':
      return isZone(value) ? ZONE_LO : -1;
    case 'zoneHi':
      return isZone(value) ? ZONE_HI : -1;
    case 'bug':
      return BUGS.has(value) ? 0 : -1;
    default:
      return isExtensionKey(key) ? 0 : -1;
  }
}
