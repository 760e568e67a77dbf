import { effect } from '@preact/signals';
import { preparingToPrint, printing } from '../state/printing.ts';
import { registerKeys } from '../state/keys.ts';

/** Milliseconds that a picture may take; what is there then is printed. */
const PATIENCE = 3000;

/**
 * Prints what is seen. A browser prints at once, but pictures come from a worker: so the page is laid out first, and
 * printed when all its maps are painted for paper.
 */
export async function printPage(): Promise<void> {
  preparingToPrint.value = true;
  try {
    const began = performance.now();
    // Twice: a map learns a frame late that it has another room, and may have been painted light for the old one.
    for (let times = 0; times < 2 && performance.now() - began < PATIENCE; times = isPainted() ? times + 1 : 0) {
      await nextFrames();
    }
    print();
  } finally {
    preparingToPrint.value = false;
  }
}

/** Lays the page out for paper whenever it is printed, as long as it is there. */
export function followPrinting(): void {
  effect(() => {
    document.documentElement.toggleAttribute('data-printing', printing.value);
  });
  registerKeys({
    title: 'In the browser',
    bindings: [{ keys: [], shown: ['Ctrl + P'], what: 'Print map, legend, timeline and the open panel' }],
  });
  document.addEventListener('keydown', (event) => {
    if (event.key.toLowerCase() !== 'p' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    void printPage();
  });
}

/** Behind the second frame what was laid out anew has told how large it is, and has asked for its picture. */
function nextFrames(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
  });
}

function isPainted(): boolean {
  const maps = [...document.querySelectorAll<HTMLElement>('.map-cells')];
  return maps.every(({ dataset }) => dataset['record'] !== '' && dataset['palette'] === 'light');
}
