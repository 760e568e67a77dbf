import { registerKeys } from '../state/keys.ts';

/** Tells the page of the keys of its borders and tabs, once. */
export function registerLayoutKeys(): void {
  registerKeys({
    title: 'On a border of the map',
    bindings: [
      { keys: ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'], what: 'Move it; with Shift, further' },
      { keys: ['Home', 'End'], what: 'The map as small as it gets, or as large' },
      { keys: ['Enter'], shown: ['Enter', 'Double click'], what: 'As it was' },
      { keys: [], shown: ['Drag'], what: 'Move it' },
    ],
  });
  registerKeys({
    title: 'On the tabs of the panels',
    bindings: [{ keys: ['ArrowLeft', 'ArrowRight', 'Home', 'End'], what: 'Open another panel' }],
  });
}
