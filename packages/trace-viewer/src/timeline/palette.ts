import { computed } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import { theme } from '../state/theme.ts';

/** The tokens that canvases are painted with, as colours that they understand. */
export interface Palette {
  readonly text: string;
  readonly quiet: string;
  readonly line: string;
  readonly raised: string;
  readonly sunken: string;
  readonly accent: string;
  readonly bad: string;
  readonly series: readonly string[];
}

/** How lines are told apart without colours: lengths of dashes and gaps. */
export const DASHES: readonly (readonly number[])[] = [[], [6, 3], [2, 2], [8, 3, 2, 3], [12, 3], [4, 2, 1, 2, 1, 2]];

/** The colours of the theme that is shown. */
export const palette: ReadonlySignal<Palette> = computed(() => {
  const probe = document.createElement('span');
  // Colours for light and dark are chosen where they are used, whatever the page says at this moment.
  probe.style.colorScheme = theme.value;
  probe.hidden = true;
  document.body.append(probe);
  const colour = (token: string): string => {
    probe.style.color = `var(--${token})`;
    return getComputedStyle(probe).color;
  };
  const made = {
    text: colour('text'),
    quiet: colour('quiet'),
    line: colour('line'),
    raised: colour('raised'),
    sunken: colour('sunken'),
    accent: colour('accent'),
    bad: colour('bad'),
    series: [1, 2, 3, 4, 5, 6].map((at) => colour(`series-${at}`)),
  };
  probe.remove();
  return made;
});

/** A colour with less of it: 0 nothing, 1 all. */
export function faded(colour: string, share: number): string {
  return `color-mix(in srgb, ${colour} ${(share * 100).toFixed(1)}%, transparent)`;
}
