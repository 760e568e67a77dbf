import { differenceScheme } from './difference-scheme.ts';
import { ageScheme, callerScheme } from './history-schemes.ts';
import { ownerScheme } from './owner-scheme.ts';
import { nodeScheme, orderScheme, zoneScheme } from './place-schemes.ts';
import type { FrameClass, Scheme, SchemeContext, SchemeName } from './scheme.ts';
import { dirtyScheme, heapScheme, stateScheme } from './state-scheme.ts';

/** The schemes that look at one heap alone, in the order in which they are offered. */
export const SCHEMES: readonly Scheme[] = [
  stateScheme,
  ownerScheme,
  orderScheme,
  heapScheme,
  nodeScheme,
  zoneScheme,
  dirtyScheme,
  ageScheme,
  callerScheme,
];

/** A scheme of one heap. */
export function schemeOf(name: Exclude<SchemeName, 'difference'>): Scheme {
  return SCHEMES.find((scheme) => scheme.name === name) ?? stateScheme;
}

/** What is known of a scheme without a heap. */
export function schemeFacts(name: SchemeName): Omit<Scheme, 'classOf'> {
  return name === 'difference' ? differenceScheme : schemeOf(name);
}

/** What a class of a scheme is. */
export function describeClass(name: SchemeName, id: number, context: Pick<SchemeContext, 'callers'>): FrameClass {
  return schemeFacts(name).describe(id, context);
}
