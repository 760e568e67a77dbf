import { HeapBatch, powerOn } from '@heaplay/core';
import type { HeapCall } from '@heaplay/core';
import type { TraceRecord } from '../src/trace/trace-record.ts';
import { decodedRecord } from './arbitrary-trace.ts';
import { bytesOf, smallHeader } from './small-timeline.ts';

/** Allocations that are there at once, about. */
const HELD = 2000;

const BOOT = [
  { type: 'init_domheap_pages', ...bytesOf(256, 65_536), at: 0 },
  { type: 'end_boot_allocator', at: 1 },
  { type: 'set_system_state', state: 'active', at: 2 },
];

/** The header of a trace of {@link busyRecords}. */
export const BUSY_HEADER = smallHeader({ machine: { frames: 65_536, ram: [[0, 65_536]] } });

/** So many records: allocations and frees in turns, from a fixed seed, on a heap that is soon as full as it will be. */
export function* busyRecords(records: number): Generator<TraceRecord> {
  const { machine, heap } = BUSY_HEADER;
  let batch = new HeapBatch(powerOn(machine, heap));
  const held: { readonly mfn: number; readonly order: number }[] = [];
  let seed = 2_463_534_242;
  const random = (below: number): number => {
    seed ^= seed << 13;
    seed ^= seed >>> 17;
    seed ^= seed << 5;
    return (seed >>> 0) % below;
  };
  for (let number = 1; number <= records; number++) {
    const at = number * 1000;
    const order = random(4);
    const free = random(2 * HELD) < held.length ? held.splice(random(held.length), 1)[0] : undefined;
    const record = decodedRecord(
      BOOT[number - 1] ??
        (free === undefined
          ? { type: 'alloc_domheap_pages', order, at, caller: ['alloc_pages+0x20', 'worker'] }
          : { type: 'free_domheap_pages', ...free, at }),
    );
    const { result } = batch.apply(record as HeapCall);
    if (typeof result === 'number' && free === undefined && number > BOOT.length) held.push({ mfn: result, order });
    if (number % 8192 === 0) batch = new HeapBatch(batch.commit());
    yield record;
  }
}
