import type { HeapMode } from '@heaplay/core';
import type { ConfigChange } from '../rebase/reconfigure.ts';
import type { Combination } from './combinations.ts';

/** Keys that one mode alone has. */
const OF_ONE_MODE: Readonly<Record<string, HeapMode>> = {
  xenheapMaxMfn: 'direct-map-partial',
  xenHeap: 'separate-xenheap',
};

/**
 * A change of the configuration with the values of a combination on top. Where modes are varied, a key of the change
 * that only one of them has holds for that one. What the values are is checked later.
 */
export function combinedChange(base: ConfigChange, combination: Combination): ConfigChange {
  const parts = { machine: { ...base.machine }, heap: { ...base.heap } };
  const change: Record<string, unknown> = { ...base, ...parts };
  const { mode } = combination;
  for (const [key, only] of Object.entries(OF_ONE_MODE)) {
    if (mode !== undefined && mode !== only) Reflect.deleteProperty(parts.heap, key);
  }
  for (const [key, value] of Object.entries(combination)) {
    const [part, name] = key.split('.');
    if (name === undefined) {
      change[key] = value;
      // A key of the heap goes before an option.
      Reflect.deleteProperty(parts.heap, key);
    } else Object.assign(part === 'machine' ? parts.machine : parts.heap, { [name]: value });
  }
  return change;
}
