import { computed, signal } from '@preact/signals';
import type { ReadonlySignal, Signal } from '@preact/signals';

const media = matchMedia('print');
const onPaper = signal(media.matches);
media.addEventListener('change', () => (onPaper.value = media.matches));
addEventListener('beforeprint', () => (onPaper.value = true));
addEventListener('afterprint', () => (onPaper.value = false));

/** Is the page being laid out for paper, before the browser prints it? */
export const preparingToPrint: Signal<boolean> = signal(false);

/** Is the page shown as paper has it: in one column, light, without controls? */
export const printing: ReadonlySignal<boolean> = computed(() => onPaper.value || preparingToPrint.value);
