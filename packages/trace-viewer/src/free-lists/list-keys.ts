import { registerKeys } from '../state/keys.ts';

/** Tells the page of the keys of a free list, once. */
export function registerListKeys(): void {
  registerKeys({
    title: 'In a list of free blocks',
    bindings: [
      { keys: ['ArrowUp', 'ArrowDown'], what: 'To the block before, or the next one' },
      { keys: ['PageUp', 'PageDown'], what: 'A page up or down' },
      { keys: ['Home', 'End'], what: 'To the head of the list, or its tail' },
      { keys: ['Enter', ' '], what: 'Pin the block' },
    ],
  });
}
