import type { Signal } from '@preact/signals';
import { locationField, oneOf, text } from '../state/location.ts';
import type { Codec } from '../state/location.ts';
import type { FilterKind } from './filter-handlers.ts';

/** What the list shows; empty: every record. */
export const filterText: Signal<string> = locationField('filter', '', text, 'replace');

/** How the filter is read. */
export const filterKind: Signal<FilterKind> = locationField<FilterKind>(
  'filter-by',
  'words',
  oneOf('words', 'cel'),
  'replace',
);

const recordOrNone: Codec<number | null> = {
  parse: (written) => (/^\d{1,16}$/.test(written) ? Number(written) : undefined),
  format: (value) => (value === null ? '' : String(value)),
};

/** The record at the top of the list, where somebody has scrolled to; null: the list follows the cursor. */
export const callsTop: Signal<number | null> = locationField<number | null>('calls-top', null, recordOrNone, 'replace');
