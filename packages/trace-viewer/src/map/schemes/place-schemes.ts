import { MAX_ORDER } from '@heaplay/core';
import { COMMON, outsideClass } from './scheme.ts';
import type { FrameClass, Scheme } from './scheme.ts';
import { nth } from './owner-scheme.ts';

const FIRST = 3;
const OFFLINED = 2;
const CLASSES: readonly FrameClass[] = [...COMMON, { label: 'offlined', tone: { tone: 'offlined' }, pattern: 'cross' }];

/** Orders of free blocks, then those of blocks in use. */
const ORDERS: number = MAX_ORDER + 1;

/** How large the blocks are that frames lie in. */
export const orderScheme: Scheme = {
  name: 'order',
  title: 'Order',
  about: 'how large the block is that each page lies in, free or in use',
  byMarks: false,
  lasting: true,
  classes: FIRST + 2 * ORDERS,
  classOf(block, region) {
    if (block.state === 'outside') return outsideClass(region);
    if (block.state === 'offlined') return OFFLINED;
    return FIRST + block.order + (block.state === 'free' ? 0 : ORDERS);
  },
  describe(id) {
    if (id < FIRST) return CLASSES[id] as FrameClass;
    const used = id >= FIRST + ORDERS;
    const order = (id - FIRST) % ORDERS;
    return {
      label: `${used ? 'in use' : 'free'}, order ${order}`,
      tone: { ramp: used ? 'used' : 'free', at: order / MAX_ORDER },
      pattern: used ? 'diagonal' : 'none',
    };
  },
};

/** Nodes, or zones: a colour each, stronger and with a pattern for those of their frames that are not free. */
function placeScheme(
  name: 'node' | 'zone',
  title: string,
  about: string,
  limit: number,
  placeOf: (region: Parameters<Scheme['classOf']>[1]) => number,
): Scheme {
  return {
    name,
    title,
    about,
    byMarks: false,
    lasting: true,
    classes: FIRST + 2 * limit,
    classOf(block, region) {
      if (block.state === 'outside' && !region.ram) return outsideClass(region);
      return FIRST + 2 * placeOf(region) + (block.state === 'free' ? 0 : 1);
    },
    describe(id) {
      if (id < FIRST) return CLASSES[id] as FrameClass;
      const place = Math.floor((id - FIRST) / 2);
      const used = (id - FIRST) % 2 === 1;
      const { tone } = nth(place, '');
      // By a pattern alone they would look alike where a cell is a pixel.
      const shaded = 'hue' in tone ? { shadedHue: tone.hue, used } : tone;
      return {
        label: `${name} ${place}, ${used ? 'not free' : 'free'}`,
        tone: shaded,
        pattern: used ? 'diagonal' : 'none',
      };
    },
  };
}

/** Which node frames are on. */
export const nodeScheme: Scheme = placeScheme(
  'node',
  'Node',
  'which NUMA node each page is on',
  255,
  ({ node }) => node,
);

/** Which zone frames are in. */
export const zoneScheme: Scheme = placeScheme(
  'zone',
  'Zone',
  'which zone of addresses each page is in',
  64,
  ({ zone }) => zone,
);
