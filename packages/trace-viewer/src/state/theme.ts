import { computed, effect, signal } from '@preact/signals';
import type { ReadonlySignal, Signal } from '@preact/signals';
import { locationField, oneOf } from './location.ts';
import { printing } from './printing.ts';

/** What a person chose. */
export type ThemeChoice = 'system' | 'light' | 'dark';

export const themeChoice: Signal<ThemeChoice> = locationField<ThemeChoice>(
  'theme',
  'system',
  oneOf('system', 'light', 'dark'),
  'replace',
);

const systemDark = preference('(prefers-color-scheme: dark)');

/** Does the person want as little motion as can be? */
export const reducedMotion: ReadonlySignal<boolean> = preference('(prefers-reduced-motion: reduce)');

/** What is shown; paper is light. */
export const theme: ReadonlySignal<'light' | 'dark'> = computed(() => {
  if (printing.value) return 'light';
  if (themeChoice.value !== 'system') return themeChoice.value;
  return systemDark.value ? 'dark' : 'light';
});

/** Puts the theme on the page, as long as it is there. */
export function followTheme(): void {
  effect(() => {
    document.documentElement.dataset['theme'] = theme.value;
  });
}

function preference(query: string): ReadonlySignal<boolean> {
  const media = matchMedia(query);
  const here = signal(media.matches);
  media.addEventListener('change', () => (here.value = media.matches));
  return here;
}
