import { signal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { locationField, text } from './location.ts';

/** A panel beside the map. */
export interface Panel {
  /** Stands in the address. */
  readonly id: string;
  readonly title: string;
  readonly component: ComponentType;
}

/** The panels, in the order of their tabs. */
export const panels: Signal<readonly Panel[]> = signal([]);

/** Which one is open, by its id. */
export const openPanel: Signal<string> = locationField('panel', 'run', text);
