import { registerKeys } from '../state/keys.ts';

/** Tells the page of the keys of the list of calls, once. */
export function registerCallKeys(): void {
  registerKeys({
    title: 'In the list of calls',
    bindings: [
      { keys: ['ArrowUp', 'ArrowDown'], what: 'Go to the row before, or the next one' },
      { keys: ['PageUp', 'PageDown'], what: 'Go a page up or down' },
      { keys: ['Home', 'End'], what: 'Go to the first row, or the last one' },
      { keys: ['Enter'], what: 'Go to the row of this record, or the next one that matches' },
      { keys: [], shown: ['Click'], what: 'Go to this record' },
    ],
  });
}
