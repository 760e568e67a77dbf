import { signal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import type { MfnRange } from '@heaplay/core';
import { pinnedFrame } from '../state/cursor.ts';
import { locationField, oneOf } from '../state/location.ts';
import type { Codec } from '../state/location.ts';
import { FRAME_ORDERS } from './frame-order.ts';
import type { FrameOrderName } from './frame-order.ts';
import type { MapPlace } from './map-grid.ts';
import { SCHEMES } from './schemes/all-schemes.ts';
import type { SchemeName } from './schemes/scheme.ts';

/** What a map shows, and which part of it: maps that share these are moved together. */
export interface MapFields {
  /** Null: all of the machine. */
  readonly place: Signal<MapPlace | null>;
  readonly scheme: Signal<SchemeName>;
  readonly order: Signal<FrameOrderName>;
  /** The class that is looked at, by its number in the scheme; null: all. */
  readonly highlight: Signal<number | null>;
}

const placeCodec: Codec<MapPlace | null> = {
  parse(text) {
    const found = /^0x([0-9a-f]{1,13}),(-?\d{1,2})$/.exec(text);
    return found === null ? undefined : { first: Number.parseInt(found[1] as string, 16), zoom: Number(found[2]) };
  },
  format: (place) => (place === null ? '' : `0x${place.first.toString(16)},${place.zoom}`),
};

const optionalCount: Codec<number | null> = {
  parse: (text) => (/^\d{1,6}$/.test(text) ? Number(text) : undefined),
  format: (value) => (value === null ? '' : String(value)),
};

const schemeCodec: Codec<SchemeName> = oneOf<SchemeName>(...SCHEMES.map(({ name }) => name), 'difference');

/** The fields of the page's map, which stand in its address. */
export const mapFields: MapFields = {
  place: locationField<MapPlace | null>('view', null, placeCodec, 'replace'),
  scheme: locationField<SchemeName>('scheme', 'state', schemeCodec),
  order: locationField<FrameOrderName>('order', 'folded', oneOf(...FRAME_ORDERS)),
  highlight: locationField<number | null>('class', null, optionalCount, 'replace'),
};

/** Frames that another part of the page points out: those of the selected call. */
export const markedFrames: Signal<readonly MfnRange[]> = signal([]);

/** The frame that another part of the page wanted to be seen last; each wish is an object of its own. */
export const revealed: Signal<{ readonly mfn: number } | null> = signal(null);

/** Pins a frame, and brings it into sight in the map. */
export function pinInSight(mfn: number): void {
  pinnedFrame.value = mfn;
  revealed.value = { mfn };
}
