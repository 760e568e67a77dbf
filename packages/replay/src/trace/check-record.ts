import type { FieldProblem, HeapConfig, Machine } from '@heaplay/core';
import type { TraceRecord } from './trace-record.ts';

/**
 * What a record says that its own trace rules out, if anything: pages that come back to the heap, or get an owner,
 * must have frames, and no block is larger than the heap keeps. A call that may fail is left alone: to ask for too
 * much, or for a frame that is not there, is legal, and the answer is the model's.
 */
export function checkRecord(record: TraceRecord, machine: Machine, heap: HeapConfig): FieldProblem | undefined {
  switch (record.type) {
    case 'free_domheap_pages':
    case 'free_xenheap_pages':
    case 'free_heap_pages':
    case 'assign_pages':
      if (record.order > heap.maxOrder) return orderProblem(record.order, heap.maxOrder);
      if (record.mfn >= machine.frames) return frameProblem(record.mfn, machine.frames);
      return undefined;
    default:
      return undefined;
  }
}

function orderProblem(order: number, maxOrder: number): FieldProblem {
  return {
    field: 'order',
    found: String(order),
    expected: `an order from 0 to ${maxOrder} (heap.maxOrder): the heap holds no larger block`,
  };
}

function frameProblem(mfn: number, frames: number): FieldProblem {
  return {
    field: 'mfn',
    found: String(mfn),
    expected: `an MFN below ${frames} (machine.frames), where the frame table ends`,
    hint: 'correct "mfn", or machine.frames in the header',
  };
}
