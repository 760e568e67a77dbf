import type { PageState } from '@heaplay/core';
import type { PageChange } from '@heaplay/replay';

/** What a page can be, each by its place. */
export const STATE_CODES: readonly PageState[] = ['outside', 'in-use', 'offlining', 'free', 'offlined'];

/** What can become of a page, each by its place. */
export const CHANGE_CODES: readonly PageChange[] = [
  'power-on',
  'given',
  'allocated',
  'freed',
  'split',
  'merged',
  'cut',
  'assigned',
  'released',
  'scrubbed',
  'offlining',
  'offlined',
  'onlined',
  'touched',
];
