import type { HeapCall, HeapConfig, Machine } from '@heaplay/core';
import { FlatHeap } from '../flat/flat-heap.ts';
import type { Subject } from '../harness/subject.ts';

/** The flat mutable heap; it is brought to the start before each run, untimed. */
export function flatSubject(
  machine: Machine,
  config: HeapConfig,
  setup: readonly HeapCall[],
  calls: readonly HeapCall[],
): Subject {
  const heap = new FlatHeap(machine, config);
  return {
    name: 'flat',
    ours: false,
    events: calls.length,
    prepare: () => {
      heap.restart();
      for (const call of setup) heap.apply(call);
    },
    run: () => {
      let frames = 0;
      for (const call of calls) {
        const result = heap.apply(call);
        if (typeof result === 'number') frames += result;
      }
      return frames;
    },
  };
}

/** `JSON.parse` of the lines of a trace, and nothing else. */
export function jsonParseSubject(lines: readonly string[], events: number = lines.length): Subject {
  return {
    name: 'JSON.parse',
    ours: false,
    events,
    run: () => {
      let keys = 0;
      for (const line of lines) keys += (JSON.parse(line) as object) === null ? 0 : 1;
      return keys;
    },
  };
}
