import type { Signal } from '@preact/signals';
import { locationField } from '../state/location.ts';
import type { Codec } from '../state/location.ts';

/** Percent that the map may have at least, and at most. */
export const SHARE_LIMITS: readonly [least: number, most: number] = [20, 80];

/** A share in percent within {@link SHARE_LIMITS}, to one decimal. */
export function shareWithin(percent: number): number {
  const [least, most] = SHARE_LIMITS;
  return Math.round(Math.min(most, Math.max(least, percent)) * 10) / 10;
}

const share: Codec<number | null> = {
  parse: (text) => (/^\d{1,2}(\.\d)?$/.test(text) ? shareWithin(Number(text)) : undefined),
  format: (value) => (value === null ? '' : String(value)),
};

/** What the map has of the width, in percent; null: nobody has moved the border to the panels. */
export const mapWidth: Signal<number | null> = locationField<number | null>('map-width', null, share, 'replace');

/**
 * What the map has of the height at least, in percent: more if the timeline does not need the rest; null: nobody has
 * moved the border to the timeline.
 */
export const mapHeight: Signal<number | null> = locationField<number | null>('map-height', null, share, 'replace');
