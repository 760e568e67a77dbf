import { DOMAIN_ID_LIMIT } from '@heaplay/core';
import { HUES } from '../palette.ts';
import { COMMON, outsideClass } from './scheme.ts';
import type { FrameClass, Pattern, Scheme } from './scheme.ts';

const [FREE, OFFLINED, NOBODY, FIRST_DOMAIN] = [2, 3, 4, 5] as const;

const CLASSES: readonly FrameClass[] = [
  ...COMMON,
  { label: 'free', tone: { tone: 'clean' }, pattern: 'none' },
  { label: 'offlined', tone: { tone: 'offlined' }, pattern: 'cross' },
  { label: 'in use, no owner', tone: { tone: 'quiet' }, pattern: 'none' },
];

/** With each round through the colours another pattern: so many domains can be told apart. */
const ROUNDS: readonly Pattern[] = ['none', 'diagonal', 'back', 'horizontal', 'vertical', 'cross'];

/** The colour and pattern of the `n`-th of things that differ and have no order. */
export function nth(n: number, label: string): FrameClass {
  const round = Math.floor(n / HUES) % ROUNDS.length;
  return { label, tone: { hue: n % HUES }, pattern: ROUNDS[round] as Pattern };
}

/** Which domain frames belong to. */
export const ownerScheme: Scheme = {
  name: 'owner',
  title: 'Owner',
  about: 'which domain each page belongs to',
  byMarks: false,
  lasting: true,
  classes: FIRST_DOMAIN + DOMAIN_ID_LIMIT,
  classOf(block, region) {
    if (block.owner !== null) return FIRST_DOMAIN + block.owner;
    switch (block.state) {
      case 'free':
        return FREE;
      case 'outside':
        return outsideClass(region);
      case 'offlined':
        return OFFLINED;
      default:
        return NOBODY;
    }
  },
  describe(id) {
    const domain = id - FIRST_DOMAIN;
    return domain < 0 ? (CLASSES[id] as FrameClass) : nth(domain, `d${domain}`);
  },
};
