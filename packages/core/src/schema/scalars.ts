import { z } from 'zod';
import { CPU_LIMIT, type CpuId, DOMAIN_ID_LIMIT, type DomainId, type NodeId, type Zone } from '../units/ids.ts';
import { MFN_LIMIT, type Mfn } from '../units/mfn.ts';
import type { Order } from '../units/order.ts';

/** The greatest order that a trace may name. A request above the heap's greatest order is a legal call that fails. */
export const ORDER_LIMIT = 64;

/** One more than the greatest address width: Xen keeps it in a byte of its flags word. */
export const ADDRESS_BITS_LIMIT = 256;

const ZONE_LIMIT = 64;
const NODE_LIMIT = 256;
const COUNT_LIMIT = 2 ** 53;

function isIntegerBelow(value: unknown, limit: number): value is number {
  return typeof value === 'number' && value >= 0 && value < limit && Math.floor(value) === value;
}

/** 0 ≤ mfn < 2^40. */
export function isMfn(value: unknown): value is Mfn {
  return isIntegerBelow(value, MFN_LIMIT);
}

/** 0 ≤ order < 64. */
export function isOrder(value: unknown): value is Order {
  return isIntegerBelow(value, ORDER_LIMIT);
}

/** 0 ≤ id < 0x7ff0. */
export function isDomainId(value: unknown): value is DomainId {
  return isIntegerBelow(value, DOMAIN_ID_LIMIT);
}

/** 0 ≤ id ≤ 255, where 255 means "any". The node need not exist. */
export function isNodeId(value: unknown): value is NodeId {
  return isIntegerBelow(value, NODE_LIMIT);
}

/** 0 ≤ cpu < 65536. */
export function isCpuId(value: unknown): value is CpuId {
  return isIntegerBelow(value, CPU_LIMIT);
}

/** 0 ≤ zone < 64. */
export function isZone(value: unknown): value is Zone {
  return isIntegerBelow(value, ZONE_LIMIT);
}

/** 0 ≤ vcpu < 65536. */
export function isVcpu(value: unknown): value is number {
  return isIntegerBelow(value, CPU_LIMIT);
}

/** 0 ≤ bits < 256. */
export function isAddressBits(value: unknown): value is number {
  return isIntegerBelow(value, ADDRESS_BITS_LIMIT);
}

/** 0 ≤ count ≤ 2^53 - 1: pages, nanoseconds, bytes. */
export function isCount(value: unknown): value is number {
  return isIntegerBelow(value, COUNT_LIMIT);
}

/** 0, or an error of Xen as a negative number, at least -4095. */
export function isErrno(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) <= 0 && Number(value) >= -4095;
}

/** True or false. */
export function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

/** The stack of a caller: a list of texts. */
export function isCaller(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((symbol) => typeof symbol === 'string');
}

/** {@link isMfn} as a schema. */
export const mfnSchema: z.ZodType<Mfn> = z.custom<Mfn>(isMfn, 'an MFN: an integer from 0 to 2^40 - 1');
/** {@link isMfn}, or null, as a schema. */
export const mfnOrNullSchema: z.ZodType<Mfn | null> = z.custom<Mfn | null>(
  (value) => value === null || isMfn(value),
  'an MFN (an integer from 0 to 2^40 - 1), or null',
);
/** {@link isOrder} as a schema. */
export const orderSchema: z.ZodType<Order> = z.custom<Order>(isOrder, 'an order: an integer from 0 to 63');
/** {@link isDomainId} as a schema. */
export const domainIdSchema: z.ZodType<DomainId> = z.custom<DomainId>(
  isDomainId,
  'the id of a domain: an integer from 0 to 0x7fef',
);
/** {@link isNodeId} as a schema. */
export const nodeIdSchema: z.ZodType<NodeId> = z.custom<NodeId>(
  isNodeId,
  'a NUMA node: an integer from 0 to 254, or 255 for any',
);
/** {@link isCpuId} as a schema. */
export const cpuIdSchema: z.ZodType<CpuId> = z.custom<CpuId>(isCpuId, 'a CPU: an integer from 0 to 65535');
/** {@link isZone} as a schema. */
export const zoneSchema: z.ZodType<Zone> = z.custom<Zone>(isZone, 'a zone: an integer from 0 to 63');
/** {@link isAddressBits} as a schema. */
export const addressBitsSchema: z.ZodType<number> = z.custom<number>(
  isAddressBits,
  'the width of an address in bits: an integer from 0 to 255',
);
/** {@link isVcpu} as a schema. */
export const vcpuSchema: z.ZodType<number> = z.custom<number>(isVcpu, 'a virtual CPU: an integer from 0 to 65535');
/** {@link isCount} as a schema. */
export const countSchema: z.ZodType<number> = z.custom<number>(isCount, 'an integer from 0 to 2^53 - 1');
/** {@link isErrno} as a schema. */
export const errnoSchema: z.ZodType<number> = z.custom<number>(
  isErrno,
  'an errno: 0, or a negative integer down to -4095',
);
/** {@link isBoolean} as a schema. */
export const booleanSchema: z.ZodType<boolean> = z.custom<boolean>(isBoolean, 'true or false');
/** {@link isCaller} as a schema. */
export const callerSchema: z.ZodType<readonly string[]> = z.custom<readonly string[]>(
  isCaller,
  'a list of texts: the symbols of the stack, innermost first',
);

/** An integer of a range, both ends included. */
export function integerSchema(least: number, most: number, what: string): z.ZodType<number> {
  return z.custom<number>(
    (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
    `${what}: an integer from ${least} to ${most}`,
  );
}

/** One of some texts. */
export function oneOfSchema<T extends string>(names: readonly T[]): z.ZodType<T> {
  const known: ReadonlySet<unknown> = new Set(names);
  return z.custom<T>((value) => known.has(value), `one of ${names.map((name) => `"${name}"`).join(', ')}`);
}

/** Any text. */
export const textSchema: z.ZodType<string> = z.custom<string>((value) => typeof value === 'string', 'a text');
