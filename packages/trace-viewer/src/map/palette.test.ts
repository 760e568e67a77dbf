import { expect, it } from 'vitest';
import { HUES, classColour, contrast, groundColour } from './palette.ts';
import type { PaletteName } from './palette.ts';
import { nodeScheme, zoneScheme } from './schemes/place-schemes.ts';

/** The first class of a node or a zone: two of each, free and not. */
const FIRST = 3;

it.each<PaletteName>(['light', 'dark'])(
  '[VIEW-MAP-60] what is free of a node or zone and what is not are told apart without a pattern (%s)',
  (palette) => {
    for (const scheme of [nodeScheme, zoneScheme]) {
      for (let place = 0; place < HUES; place++) {
        const [free, used] = [0, 1].map((at) =>
          classColour(scheme.describe(FIRST + 2 * place + at, { callers: [] }), palette, false),
        );
        if (free === undefined || used === undefined) throw new Error('no colour');
        expect(contrast(free, used)).toBeGreaterThan(1.4);
        for (const colour of [free, used]) expect(contrast(colour, groundColour(palette))).toBeGreaterThan(3);
      }
    }
  },
);
