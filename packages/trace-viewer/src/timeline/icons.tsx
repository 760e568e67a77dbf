import type { JSX } from 'preact';

/** Shapes of buttons, on 16 by 16 units. */
const SHAPES = {
  play: 'M4 2.5v11l9-5.5z',
  pause: 'M4 3h3v10H4zM9 3h3v10H9z',
  start: 'M3 3h2v10H3zM13 3v10L6 8z',
  end: 'M11 3h2v10h-2zM3 3v10l7-5z',
  back: 'M11 3v10L4 8z',
  forward: 'M5 3v10l7-5z',
  loop: 'M4 5h7V3l3 3-3 3V7H5v3H3V6a1 1 0 0 1 1-1zm8 6H5v2l-3-3 3-3v2h6V7h2v3a1 1 0 0 1-1 1z',
  whole: 'M2 7h4V4l4 4-4 4V9H2zM14 3h-2v10h2z',
} as const;

/** A shape for a button that has a name. */
export function Icon({ shape }: { readonly shape: keyof typeof SHAPES }): JSX.Element {
  return (
    <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true" focusable="false">
      <path d={SHAPES[shape]} fill="currentColor" />
    </svg>
  );
}
