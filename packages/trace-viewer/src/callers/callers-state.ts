import type { Signal } from '@preact/signals';
import { locationField, oneOf, text } from '../state/location.ts';

/** What is summed up by callers. */
export type CallerMeasure = 'held' | 'allocated' | 'calls' | 'failed' | 'end';

/** What is summed up. */
export const callerMeasure: Signal<CallerMeasure> = locationField<CallerMeasure>(
  'callers-by',
  'held',
  oneOf('held', 'allocated', 'calls', 'failed', 'end'),
);

/** As a graph, or as a table. */
export const callerShape: Signal<'graph' | 'table'> = locationField<'graph' | 'table'>(
  'callers-as',
  'graph',
  oneOf('graph', 'table'),
  'replace',
);

/** The caller that is as wide as the graph, by its path; empty: all of them. */
export const callerZoom: Signal<string> = locationField('callers-in', '', text);

/** The caller that is told about, by its path; empty: the one that is zoomed into. */
export const callerChosen: Signal<string> = locationField('caller', '', text, 'replace');

/** Callers with this in their names are pointed out; empty: none. */
export const callerWord: Signal<string> = locationField('callers-word', '', text, 'replace');

/** Are calls from two places of one function two callers? */
export const callerSites: Signal<'on' | 'off'> = locationField<'on' | 'off'>(
  'callers-sites',
  'off',
  oneOf('on', 'off'),
  'replace',
);
