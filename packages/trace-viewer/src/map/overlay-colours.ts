import type { OverlayColours } from './map-overlay.ts';

const known = new Map<string, OverlayColours>();

/** The tokens that a canvas draws with, as the style sheets have them now. */
export function overlayColours(element: HTMLElement, theme: string): OverlayColours {
  let colours = known.get(theme);
  if (colours === undefined) {
    // A token for light and dark is told as it is written; a colour, as it is.
    const probe = document.createElement('span');
    (element.parentElement ?? document.body).append(probe);
    const read = (token: string): string => {
      probe.style.color = `var(${token})`;
      return getComputedStyle(probe).color;
    };
    colours = {
      ground: read('--ground'),
      text: read('--text'),
      accent: read('--accent'),
      focus: read('--focus'),
    };
    probe.remove();
    known.set(theme, colours);
  }
  return colours;
}
