import type { HeapConfig, HeapMode, Machine, XenVersion } from '@heaplay/core';
import type { ConfigChange } from '@heaplay/replay';

/** What is otherwise in a run that is worked out from another one. */
export interface RunChange {
  /** Empty: as recorded. */
  readonly mode: string;
  readonly xen: string;
  /** Further keys, each as `heap.KEY=VALUE` or `machine.KEY=VALUE`. */
  readonly set: readonly string[];
  /** Records that are left out: numbers and ranges, as in `12,40-60`; empty: none. */
  readonly without: string;
  /** Records that ask for another order. */
  readonly orders: readonly OrderChange[];
}

/** A record that asks for another order. */
export interface OrderChange {
  readonly record: number;
  readonly order: number;
}

/** What a run is compared with. */
export type OtherSide =
  /** Another trace that is open, by its name. */
  | { readonly kind: 'trace'; readonly name: string }
  /** The same trace, worked out otherwise. */
  | { readonly kind: 'change'; readonly change: RunChange };

/** A change that makes no sense as it is written. */
export class BadChange extends Error {
  override readonly name = 'BadChange';
}

/** Nothing is otherwise. */
export const NO_CHANGE: RunChange = { mode: '', xen: '', set: [], without: '', orders: [] };

const TRACE = 'trace:';
const ORDER = /^(\d{1,15})=(\d{1,2})$/;

/**
 * Reads the other side as it stands in the address: `trace:NAME`, or words such as `mode=separate-xenheap xen=4.17
 * heap.dmaBits=30 without=12,40-60 order:120=0`. Null: there is none. Throws {@link BadChange}.
 */
export function parseOtherSide(text: string): OtherSide | null {
  if (text.startsWith(TRACE)) return { kind: 'trace', name: text.slice(TRACE.length) };
  const words = text.split(/\s+/).filter((word) => word !== '');
  return words.length === 0 ? null : { kind: 'change', change: words.reduce(withWord, NO_CHANGE) };
}

function withWord(change: RunChange, word: string): RunChange {
  const [, key = '', value = ''] = /^([\w.:-]+?)=(.+)$/s.exec(word) ?? [];
  if (key === 'mode' || key === 'xen' || key === 'without') return { ...change, [key]: value };
  if (/^(heap|machine)\.[\w-]+$/.test(key)) return { ...change, set: [...change.set, word] };
  const [, record, order] = ORDER.exec(word.startsWith('order:') ? word.slice(6) : '') ?? [];
  if (record !== undefined) {
    return { ...change, orders: [...change.orders, { record: Number(record), order: Number(order) }] };
  }
  throw new BadChange(
    `found "${word}"; expected mode=MODE, xen=VERSION, heap.KEY=VALUE, machine.KEY=VALUE, without=RECORDS or order:RECORD=ORDER`,
  );
}

/** The other side as it stands in the address. */
export function formatOtherSide(other: OtherSide | null): string {
  if (other === null) return '';
  if (other.kind === 'trace') return `${TRACE}${other.name}`;
  const { mode, xen, set, without, orders } = other.change;
  const words = [
    mode === '' ? '' : `mode=${mode}`,
    xen === '' ? '' : `xen=${xen}`,
    ...set,
    without === '' ? '' : `without=${without}`,
    ...orders.map(({ record, order }) => `order:${record}=${order}`),
  ];
  return words.filter((word) => word !== '').join(' ');
}

/** The change as the model takes it. What the values are is checked when the configuration is put together. */
export function configChange({ mode, xen, set }: RunChange): ConfigChange {
  const parts = { machine: Object.create(null), heap: Object.create(null) } as Record<string, Record<string, unknown>>;
  for (const assignment of set) {
    const [, part = '', key = '', value = ''] = /^(machine|heap)\.([\w-]+)=(.+)$/s.exec(assignment) ?? [];
    const keys = parts[part];
    if (keys === undefined) {
      throw new BadChange(`found "${assignment}"; expected heap.KEY=VALUE or machine.KEY=VALUE, as in heap.dmaBits=32`);
    }
    // A version looks like a number, and is none.
    keys[key] = part === 'heap' && key === 'xen' ? value : plainValue(value);
  }
  return {
    ...(mode === '' ? {} : { mode: mode as HeapMode }),
    ...(xen === '' ? {} : { xen: xen as XenVersion }),
    machine: parts['machine'] as Partial<Machine>,
    heap: parts['heap'] as Partial<HeapConfig>,
  };
}

/** What a value stands for: JSON, a hex number, or else the text itself. */
function plainValue(text: string): unknown {
  if (/^0x[0-9a-f]+$/i.test(text)) return Number(text);
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The records that numbers and ranges name, as in `12,40-60`; of a run with so many records. Throws {@link BadChange}. */
export function namedRecords(text: string, length: number): ReadonlySet<number> {
  const records = new Set<number>();
  for (const part of text.split(',').filter((word) => word.trim() !== '')) {
    const [, first = '', last = first] = /^\s*(\d{1,15})\s*(?:-\s*(\d{1,15})\s*)?$/.exec(part) ?? [];
    const [from, to] = [Number(first), Number(last)];
    if (first === '' || from < 1 || to < from || to > length) {
      throw new BadChange(
        `records: found "${part.trim()}"; expected numbers and ranges from 1 to ${length}, as in 12,40-60`,
      );
    }
    for (let record = from; record <= to; record++) records.add(record);
  }
  return records;
}

/** Records as numbers and ranges, as {@link namedRecords} reads them; empty: none. */
export function recordRanges(records: Iterable<number>): string {
  const ranges: [first: number, last: number][] = [];
  for (const record of [...records].toSorted((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && record <= last[1] + 1) last[1] = record;
    else ranges.push([record, record]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}
