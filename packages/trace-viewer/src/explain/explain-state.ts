import type { Signal } from '@preact/signals';
import { count, locationField } from '../state/location.ts';
import type { Codec } from '../state/location.ts';

const levelOrAll: Codec<number> = {
  parse: count.parse,
  format: (value) => (value === Infinity ? '' : String(value)),
};

/** Which of a record's pictures is shown. */
export const shownPicture: Signal<number> = locationField('picture', 0, count, 'replace');

/** Up to which of its levels; `Infinity`: all of them. */
export const shownLevel: Signal<number> = locationField('level', Infinity, levelOrAll, 'replace');
