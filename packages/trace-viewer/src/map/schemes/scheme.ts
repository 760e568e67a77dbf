import type { BlockFrames } from '@heaplay/core';
import type { Region } from '../regions.ts';

/** What a map can show. */
export type SchemeName =
  | 'state'
  | 'owner'
  | 'order'
  | 'heap'
  | 'node'
  | 'zone'
  | 'dirty'
  | 'age'
  | 'caller'
  | 'difference';

/** How a class is drawn: by colour, and by a pattern for those to whom its colour says nothing. */
export type Pattern = 'none' | 'diagonal' | 'back' | 'cross' | 'dots' | 'horizontal' | 'vertical';

/** Where the colour of a class comes from. */
export type Tone =
  /** A colour by its name. */
  | { readonly tone: ToneName }
  /** One of those that are told apart by nothing but their difference: the names of domains, nodes, callers. */
  | { readonly hue: number }
  /** The same, in two shades: what is used of it has more contrast to the ground than what is free. */
  | { readonly shadedHue: number; readonly used: boolean }
  /** A point on a ramp, 0 to 1. */
  | { readonly ramp: RampName; readonly at: number };

/** Colours that mean something. */
export type ToneName =
  | 'hole'
  | 'boot'
  | 'used'
  | 'xen'
  | 'offlining'
  | 'offlined'
  | 'broken'
  | 'clean'
  | 'dirty'
  | 'others'
  | 'quiet'
  | 'differs'
  | 'differs-more'
  | 'differs-less';

/** Colours in an order. */
export type RampName = 'free' | 'used' | 'age';

/** A class of frames: all of them have its colour. */
export interface FrameClass {
  readonly label: string;
  readonly tone: Tone;
  readonly pattern: Pattern;
}

/** What a scheme must know of a run beside its blocks. */
export interface SchemeContext {
  /** The record that is looked at. */
  readonly record: number;
  /** The record that allocated a block that is in use; 0: none that is known. */
  bornAt(head: number, order: number): number;
  /** The place of the record's caller in {@link callers}; -1: it has none. */
  callerOf(record: number): number;
  /** Symbols, those that allocated most first. */
  readonly callers: readonly string[];
}

/** A way to put frames into classes. */
export interface Scheme {
  readonly name: SchemeName;
  readonly title: string;
  /** What it is good for, in a line. */
  readonly about: string;
  /** Do the frames of one free block lie in two classes, by their dirty marks? */
  readonly byMarks: boolean;
  /** Does a frame's class follow from what it is alone, so that it stays as long as that does? */
  readonly lasting: boolean;
  /** One more than the greatest class. */
  readonly classes: number;
  /** The class of a block's frames that lie in a region. `dirty`: they carry dirty marks, as far as the scheme asks. */
  classOf(block: BlockFrames, region: Region, dirty: boolean, context: SchemeContext): number;
  /** What a class is. */
  describe(id: number, context: Pick<SchemeContext, 'callers'>): FrameClass;
}

/** Classes that all schemes have: no memory, and memory that was never given to the heap. */
export const HOLE = 0;
export const BOOT = 1;

/** What the two are. */
export const COMMON: readonly FrameClass[] = [
  { label: 'no memory', tone: { tone: 'hole' }, pattern: 'none' },
  { label: 'in use since power-on', tone: { tone: 'boot' }, pattern: 'dots' },
];

/** The common class of frames that were never given to the heap. */
export function outsideClass(region: Region): number {
  return region.ram ? BOOT : HOLE;
}

/** The scheme of these classes. */
export function describeFrom(classes: readonly FrameClass[]): (id: number) => FrameClass {
  return (id) => classes[id] ?? (classes.at(-1) as FrameClass);
}
