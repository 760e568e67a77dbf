import { openPanel } from '../state/panels.ts';
import { registerKeys } from '../state/keys.ts';

/** The panel's name in the address. */
const PANEL = 'page';

/** Opens the panel, and goes there with the keyboard. */
export function openPagePanel(): void {
  openPanel.value = PANEL;
  // The panel is drawn first.
  requestAnimationFrame(() => document.getElementById('panel')?.focus({ preventScroll: true }));
}

/** Tells the page of the keys of a page's life, once. */
export function registerPageKeys(): void {
  registerKeys({
    title: 'The pinned frame',
    bindings: [{ keys: ['i'], what: 'What it is, and its life: open the panel "Page"', run: openPagePanel }],
  });
  registerKeys({
    title: 'In the life of a page',
    bindings: [
      { keys: ['ArrowUp', 'ArrowDown'], what: 'Go to the event before, or the next one' },
      { keys: ['PageUp', 'PageDown'], what: 'A page up or down' },
      { keys: ['Home', 'End'], what: 'To power-on, or the last event' },
      { keys: ['Enter'], what: 'Go to the event that holds at the cursor' },
    ],
  });
}
