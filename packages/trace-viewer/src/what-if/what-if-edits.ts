import { NO_CHANGE, formatOtherSide, namedRecords, parseOtherSide, recordRanges } from '../compare/run-change.ts';
import type { RunChange } from '../compare/run-change.ts';

/** The change that a text says; none, if it says another thing, or makes no sense. */
export function changeOf(text: string): RunChange {
  try {
    const other = parseOtherSide(text);
    return other?.kind === 'change' ? other.change : NO_CHANGE;
  } catch {
    return NO_CHANGE;
  }
}

/** The text of a change; empty: nothing is otherwise. */
export function textOf(change: RunChange): string {
  return formatOtherSide({ kind: 'change', change });
}

/** The records that a change leaves out; none, if it names records that a run of this length does not have. */
export function leftOut({ without }: RunChange, length: number): ReadonlySet<number> {
  try {
    return namedRecords(without, length);
  } catch {
    return new Set();
  }
}

/** The change with these records left out too, or put back; another order for them is forgotten. */
export function withRecords(change: RunChange, length: number, records: Iterable<number>, out: boolean): RunChange {
  const all = new Set(leftOut(change, length));
  const named = new Set(records);
  for (const record of named) {
    if (out) all.add(record);
    else all.delete(record);
  }
  return {
    ...change,
    without: recordRanges(all),
    orders: change.orders.filter(({ record }) => !named.has(record)),
  };
}

/** The change with another order for a record; null: the order that it has. */
export function withOrder(change: RunChange, length: number, record: number, order: number | null): RunChange {
  const { orders, ...rest } = withRecords(change, length, [record], false);
  const more = order === null ? [] : [{ record, order }];
  return { ...rest, orders: [...orders, ...more].toSorted((a, b) => a.record - b.record) };
}
