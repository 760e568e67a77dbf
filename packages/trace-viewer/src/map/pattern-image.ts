import type { Pattern } from './schemes/scheme.ts';

/** A pattern as a style sheet draws it. */
export function patternImage(pattern: Pattern, ink: string): string {
  const faint = ink === '#000000' ? 'rgb(0 0 0 / 0.55)' : 'rgb(255 255 255 / 0.6)';
  const stripes = (angle: number): string =>
    `repeating-linear-gradient(${angle}deg, transparent 0 3px, ${faint} 3px 4px)`;
  switch (pattern) {
    case 'diagonal':
      return stripes(135);
    case 'back':
      return stripes(45);
    case 'cross':
      return `${stripes(45)}, ${stripes(135)}`;
    case 'horizontal':
      return stripes(0);
    case 'vertical':
      return stripes(90);
    case 'dots':
      return `radial-gradient(${faint} 1px, transparent 1.5px)`;
    default:
      return 'none';
  }
}
