import type { FrameClass, RampName, Tone, ToneName } from './schemes/scheme.ts';

/** Light or dark. */
export type PaletteName = 'light' | 'dark';

/** Red, green, blue: 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number];

interface Colours {
  readonly tones: Readonly<Record<ToneName, string>>;
  readonly hues: readonly string[];
  readonly ramps: Readonly<Record<RampName, readonly string[]>>;
  /** What those classes fade to that are not looked at. */
  readonly ground: string;
}

/**
 * After the sets of Okabe and Ito, and of Paul Tol ("muted"), which people with any deficiency of colour vision can
 * tell apart; mended for a contrast of 3:1 with the ground where a class is more than the ground itself.
 */
const PALETTES: Readonly<Record<PaletteName, Colours>> = {
  light: {
    ground: '#fbfbfa',
    tones: {
      hole: '#e6e6e3',
      boot: '#8a8d93',
      used: '#0b66a8',
      xen: '#8c3b8f',
      offlining: '#b87400',
      offlined: '#c04a00',
      broken: '#1b1c1e',
      clean: '#37a08c',
      dirty: '#8a8416',
      others: '#6b7280',
      quiet: '#a3a7ae',
      differs: '#0b66a8',
      'differs-more': '#8c3b8f',
      'differs-less': '#c04a00',
    },
    hues: [
      '#0b66a8',
      '#c04a00',
      '#117733',
      '#8c3b8f',
      '#8a8416',
      '#3f2f9c',
      '#b84a5e',
      '#2a8fb5',
      '#b87400',
      '#6b1f4c',
      '#5b7a1e',
      '#7a5a3c',
    ],
    ramps: {
      free: ['#c0392b', '#cf7d1c', '#a58f2a', '#4f9a6a', '#1f8a8a', '#0f5f7d'],
      used: ['#b58fc4', '#8f6fb0', '#6c5096', '#4a367a', '#2b1f57'],
      age: ['#c8102e', '#d1632b', '#a97b3f', '#7d8068', '#5d7f92', '#3f6fa8', '#27467f'],
    },
  },
  dark: {
    ground: '#14161a',
    tones: {
      hole: '#23272e',
      boot: '#6d727d',
      used: '#4aa3e8',
      xen: '#d58bd0',
      offlining: '#f0b340',
      offlined: '#ff8347',
      broken: '#f4f4f4',
      clean: '#2f8a78',
      dirty: '#d8cf4a',
      others: '#9aa1ad',
      quiet: '#5f6672',
      differs: '#4aa3e8',
      'differs-more': '#d58bd0',
      'differs-less': '#ff8347',
    },
    hues: [
      '#4aa3e8',
      '#ff8347',
      '#4fc27a',
      '#d58bd0',
      '#d8cf4a',
      '#9d8cf0',
      '#f08ba0',
      '#7fd4ee',
      '#f0b340',
      '#d06a9e',
      '#a9cc5c',
      '#c9a27c',
    ],
    ramps: {
      free: ['#ff6b5c', '#f59a3c', '#d3bd4a', '#79c78d', '#45b8b3', '#3a9cc4'],
      used: ['#e3c9f0', '#c8a6e4', '#a888d3', '#8a70c0', '#7360ad'],
      age: ['#ff5a6e', '#f58a4e', '#d7a866', '#a9ab8e', '#86a9bd', '#6a99d6', '#5b7fce'],
    },
  },
};

/** Colours for things that differ and have no order. */
export const HUES: number = PALETTES.light.hues.length;

/** How much of its colour a class keeps that is not looked at while another one is. */
const FADED = 0.16;

const BLACK: Colour = [0, 0, 0];

/** How much black there is in the two shades of a hue. */
const SHADES: Readonly<Record<PaletteName, { readonly free: number; readonly used: number }>> = {
  light: { free: 0, used: 0.45 },
  dark: { free: 0.25, used: 0 },
};

/** The colour of a tone. */
export function colourOf(tone: Tone, name: PaletteName): Colour {
  const { tones, hues, ramps } = PALETTES[name];
  if ('tone' in tone) return parse(tones[tone.tone]);
  if ('hue' in tone) return parse(hues[tone.hue] as string);
  if ('shadedHue' in tone) {
    return mixed(parse(hues[tone.shadedHue] as string), BLACK, SHADES[name][tone.used ? 'used' : 'free']);
  }
  const stops = ramps[tone.ramp];
  const at = tone.at * (stops.length - 1);
  const low = Math.min(stops.length - 2, Math.floor(at));
  return mixed(parse(stops[low] as string), parse(stops[low + 1] as string), at - low);
}

/** The colour of a class while one is looked at (`highlighted`; null: none is). */
export function classColour({ tone }: Pick<FrameClass, 'tone'>, name: PaletteName, isFaded: boolean): Colour {
  const colour = colourOf(tone, name);
  return isFaded ? mixed(parse(PALETTES[name].ground), colour, FADED) : colour;
}

/** A colour as style sheets write it. */
export function cssColour([red, green, blue]: Colour): string {
  return `rgb(${red} ${green} ${blue})`;
}

/** Black or white, whichever can be read upon a colour. */
export function inkUpon(colour: Colour): string {
  return luminance(colour) > 0.18 ? '#000000' : '#ffffff';
}

/** The contrast of two colours (WCAG), 1 to 21. */
export function contrast(a: Colour, b: Colour): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

/** What a map is painted upon. */
export function groundColour(name: PaletteName): Colour {
  return parse(PALETTES[name].ground);
}

function luminance(colour: Colour): number {
  const [red, green, blue] = colour.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function mixed(a: Colour, b: Colour, share: number): Colour {
  const between = (at: 0 | 1 | 2): number => Math.round(a[at] + (b[at] - a[at]) * share);
  return [between(0), between(1), between(2)];
}

function parse(hex: string): Colour {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
