import { count, pages, plural } from '@heaplay/replay';
import type { CallerMeasure } from './callers-state.ts';
import { UNKNOWN } from './caller-tree.ts';
import type { CallerNode } from './caller-tree.ts';

/** What measures are called. */
export const MEASURES: Readonly<Record<CallerMeasure, string>> = {
  held: 'Held here',
  allocated: 'Allocated up to here',
  calls: 'Calls up to here',
  failed: 'Failed up to here',
  end: 'Never freed (held at the end)',
};

/** A figure with its unit. */
export function figure(measure: CallerMeasure, value: number): string {
  if (measure === 'calls') return plural(value, 'call');
  if (measure === 'failed') return plural(value, 'failed call');
  return pages(value);
}

/** A figure alone. */
export function shortFigure(value: number): string {
  return count(value);
}

/** A share of the whole. */
export function share(value: number, whole: number): string {
  const percent = whole === 0 ? 0 : (100 * value) / whole;
  return percent > 0 && percent < 0.1 ? '<0.1 %' : `${percent.toFixed(1)} %`;
}

/** The words that find a caller's calls in the list of calls; empty: there are none. */
export function wordsOf(node: CallerNode): string {
  const names: string[] = [];
  for (let at: CallerNode | null = node; at !== null && at.parent !== null; at = at.parent) {
    if (at.name !== UNKNOWN && !names.includes(at.name)) names.push(at.name);
  }
  return names.join(' ');
}
