import type { BlockFrames } from '@heaplay/core';
import { COMMON, describeFrom, outsideClass } from './scheme.ts';
import type { FrameClass, Scheme } from './scheme.ts';
import type { Region } from '../regions.ts';

const CLASSES: readonly FrameClass[] = [
  ...COMMON,
  { label: 'same, free', tone: { tone: 'clean' }, pattern: 'none' },
  { label: 'same, not free', tone: { tone: 'quiet' }, pattern: 'none' },
  { label: 'in use here, not there', tone: { tone: 'differs' }, pattern: 'diagonal' },
  { label: 'free here, not there', tone: { tone: 'differs-less' }, pattern: 'back' },
  { label: 'another state', tone: { tone: 'broken' }, pattern: 'cross' },
  { label: 'another owner', tone: { tone: 'differs-more' }, pattern: 'horizontal' },
  { label: 'another block', tone: { tone: 'dirty' }, pattern: 'vertical' },
];

/** What frames are in one heap that they are not in another. */
export const differenceScheme: Omit<Scheme, 'classOf'> = {
  name: 'difference',
  title: 'Difference',
  about: 'which pages are not what they are in the other run',
  byMarks: false,
  lasting: true,
  classes: CLASSES.length,
  describe: describeFrom(CLASSES),
};

/** The class of frames that are one thing here and another there; undefined: there are no such frames there. */
export function differenceOf(here: BlockFrames, there: BlockFrames | undefined, region: Region): number {
  if (there === undefined) return here.state === 'outside' ? outsideClass(region) : 6;
  if (here.state !== there.state || here.broken !== there.broken) {
    if (here.state === 'free') return 5;
    return here.state === 'in-use' && (there.state === 'free' || there.state === 'outside') ? 4 : 6;
  }
  if (here.state === 'outside') return outsideClass(region);
  if (here.owner !== there.owner || here.xenMark !== there.xenMark) return 7;
  if (here.order !== there.order || here.head !== there.head) return 8;
  return here.state === 'free' ? 2 : 3;
}
