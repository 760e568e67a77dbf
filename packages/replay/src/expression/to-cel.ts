import { memFlagNames } from '@heaplay/core';
import type { MemFlags } from '@heaplay/core';
import type { TraceRecord } from '../trace/trace-record.ts';

/** Keys that many calls have and others lack: there they are null, so that `call.order == 9` is false and no error. */
const ABSENT = {
  order: null,
  mfn: null,
  domain: null,
  node: null,
  bits: null,
  pages: null,
  start: null,
  end: null,
  maxPages: null,
  broken: null,
  dirty: null,
  caller: [],
  flags: [],
};

/** A record as `call` shows it: integers as CEL has them, flags as a list of names. */
export function callToCel(record: TraceRecord | undefined): Record<string, unknown> {
  if (record === undefined) return { ...ABSENT, type: 'power-on', cpu: 0n };
  const fields: Record<string, unknown> = { ...ABSENT, cpu: 0n };
  for (const [key, value] of Object.entries(record)) fields[key] = valueToCel(value);
  if ('flags' in record && record.flags !== undefined) fields['flags'] = memFlagNames(record.flags as MemFlags);
  return fields;
}

/** The same, with no more than these keys: most conditions name one or two, and a million records have a dozen each. */
export function partToCel(record: TraceRecord | undefined, keys: readonly string[]): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const key of keys) {
    if (record !== undefined && Object.hasOwn(record, key)) {
      const value: unknown = Reflect.get(record, key);
      fields[key] = key === 'flags' && value !== undefined ? memFlagNames(value as MemFlags) : valueToCel(value);
    } else if (key === 'type') fields[key] = 'power-on';
    else if (key === 'cpu') fields[key] = 0n;
    else if (Object.hasOwn(ABSENT, key)) fields[key] = Reflect.get(ABSENT, key);
  }
  return fields;
}

/** A value of a record as CEL has it. */
export function valueToCel(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(valueToCel);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, valueToCel(inner)]));
  }
  return value ?? null;
}
