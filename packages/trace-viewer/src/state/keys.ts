import { computed, signal } from '@preact/signals';
import type { ReadonlySignal, Signal } from '@preact/signals';
import { locationField, oneOf } from './location.ts';

/** A key, and what it does. */
export interface KeyBinding {
  /** As `KeyboardEvent.key` has them: any of these will do. */
  readonly keys: readonly string[];
  readonly what: string;
  /** How they are told to people, where that is not what they are: `Shift + ←`, or a gesture. */
  readonly shown?: readonly string[];
  /** Does it, wherever the focus is, unless something is being typed. Without it the view that has the focus does. */
  readonly run?: () => void;
}

/** The keys of a part of the page. */
export interface KeyGroup {
  /** Where they work, for people: `Everywhere`, `In the map`. */
  readonly title: string;
  readonly bindings: readonly KeyBinding[];
}

const groups = signal<readonly KeyGroup[]>([]);

/** All keys, in the order in which they were registered. */
export const keyGroups: ReadonlySignal<readonly KeyGroup[]> = computed(() => groups.value);

/** Single keys can be turned off, for those who press them without wanting to: dictation does (WCAG 2.1.4). */
export const singleKeys: Signal<'on' | 'off'> = locationField<'on' | 'off'>(
  'keys',
  'on',
  oneOf('on', 'off'),
  'replace',
);

/** Is the list of keys shown? */
export const helpShown: Signal<boolean> = signal(false);

/** Tells the page of keys; they hold until what is returned is called. */
export function registerKeys(group: KeyGroup): () => void {
  groups.value = [...groups.peek(), group];
  return () => (groups.value = groups.peek().filter((one) => one !== group));
}

/** Listens to the keys that work everywhere, as long as the page is there. */
export function followKeys(): void {
  registerKeys({
    title: 'Everywhere',
    bindings: [{ keys: ['?'], what: 'Show these keys', run: () => (helpShown.value = !helpShown.peek()) }],
  });
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (singleKeys.peek() === 'off' || isTaken(event)) return;
    const all = groups.peek().flatMap(({ bindings }) => bindings);
    const binding = all.find(({ keys, run }) => run !== undefined && keys.includes(event.key));
    if (binding?.run === undefined) return;
    event.preventDefault();
    binding.run();
  });
}

/** Does what has the focus need this key itself? */
function isTaken({ key, target }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('dialog') !== null && key !== '?') return true;
  if (target instanceof HTMLInputElement && target.type === 'range') return false;
  if (target.isContentEditable || target.matches('input, textarea, select')) return true;
  return key === ' ' && target.closest('button, a, summary, [role="tab"], [role="option"], label') !== null;
}
