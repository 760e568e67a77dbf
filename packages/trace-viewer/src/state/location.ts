import { effect, signal } from '@preact/signals';
import type { Signal } from '@preact/signals';

/** How a value stands in the address. */
export interface Codec<T> {
  /** Undefined: the text makes no sense, and the field keeps its first value. */
  parse(text: string): T | undefined;
  format(value: T): string;
}

/** Whole numbers from 0 on. */
export const count: Codec<number> = {
  parse: (text) => (/^\d{1,16}$/.test(text) ? Number(text) : undefined),
  format: (value) => String(value),
};

/** A frame, as hex, or none. */
export const optionalFrame: Codec<number | null> = {
  parse: (text) => (/^0x[0-9a-f]{1,13}$/.test(text) ? Number(text) : undefined),
  format: (value) => (value === null ? '' : `0x${value.toString(16)}`),
};

/** Any text. */
export const text: Codec<string> = { parse: (value) => value, format: (value) => value };

/** One of some words. */
export function oneOf<T extends string>(...words: readonly T[]): Codec<T> {
  return { parse: (value) => words.find((word) => word === value), format: (value) => value };
}

/** How a change of a field counts for the browser's "back". */
export type HistoryStep =
  /** It is a step of its own: what a person chose. */
  | 'step'
  /** It belongs to the step that is there: what moves on by itself, or is nothing to go back to. */
  | 'replace';

interface Field {
  readonly name: string;
  readonly step: HistoryStep;
  read(): string;
  write(value: string | null): void;
}

const fields = new Map<string, Field>();
/** What the address said of fields that nobody had asked for yet. */
let given = new URLSearchParams();
let restoring = false;

/**
 * Something that is seen, as a signal that stands in the address: what the address says, or `initial`. Fields are made
 * when the page is loaded, each name once. A field that has its first value does not stand in the address.
 */
export function locationField<T>(name: string, initial: T, codec: Codec<T>, step: HistoryStep = 'step'): Signal<T> {
  if (fields.has(name)) throw new Error(`the address has a field ${name} already`);
  const first = codec.format(initial);
  const here = signal<T>(valueOf(given.get(name), initial, codec));
  fields.set(name, {
    name,
    step,
    read: () => (codec.format(here.value) === first ? '' : codec.format(here.value)),
    write: (value) => (here.value = valueOf(value, initial, codec)),
  });
  return here;
}

function valueOf<T>(value: string | null, initial: T, codec: Codec<T>): T {
  return value === null ? initial : (codec.parse(value) ?? initial);
}

/** The fragment that shows what is seen now, without `#`. */
export function fragment(): string {
  const params = new URLSearchParams();
  for (const { name, read } of fields.values()) {
    const value = read();
    if (value !== '') params.set(name, value);
  }
  return params.toString().replaceAll('%2C', ',').replaceAll('%3A', ':');
}

/**
 * Milliseconds in which changes of the same fields become one step: to drag the scrubber is to go somewhere, not to a
 * thousand places.
 */
const SETTLE = 400;

/** A step that stands in the browser's history already, and may go on. */
interface Step {
  readonly fields: Set<string>;
  /** When it was changed last, in ms. */
  changed: number;
  /** Whoever began it has not returned yet: what else is changed belongs to it. */
  fresh: boolean;
}

/** How many hold a step open. */
let held = 0;
/** The latest step; null: whatever comes is a new one. */
let step: Step | null = null;
/** What was a step when it was looked at last, by field. */
let seen = new Map<string, string>();
let timer: ReturnType<typeof setTimeout> | undefined;

/**
 * What is seen moves on until what is returned is called: playing, dragging. All of that is one step, to be gone back
 * behind; the address follows meanwhile, now and then.
 */
export function holdStep(): () => void {
  if (held === 0) step = null;
  held++;
  let released = false;
  return () => {
    if (released) return;
    released = true;
    held--;
    if (held > 0) return;
    if (timer !== undefined) writeLocation('replace');
    step = null;
  };
}

/** Keeps the address and what is seen the same, both ways, as long as the page is there. */
export function followLocation(): void {
  showFragment(location.hash.length > 1 ? location.hash.slice(1) : startFragment());
  globalThis.addEventListener('popstate', readLocation);
  globalThis.addEventListener('hashchange', readLocation);
  seen = stepsOf();
  effect(() => {
    const steps = stepsOf();
    const changed = [...steps].filter(([name, value]) => seen.get(name) !== value).map(([name]) => name);
    seen = steps;
    if (fragment() === location.hash.slice(1) || restoring) {
      clearTimeout(timer);
      timer = undefined;
      if (restoring) step = null;
    } else if (changed.length > 0 && !goesOn(changed)) beginStep(changed);
    else writeSoon();
  });
}

/** A step stands in the history at once, so that "back" undoes it however soon it is asked for. */
function beginStep(changed: readonly string[]): void {
  const begun: Step = { fields: new Set(changed), changed: performance.now(), fresh: true };
  step = begun;
  setTimeout(() => (begun.fresh = false));
  writeLocation('step');
}

/** Does a change belong to the step that was begun? */
function goesOn(changed: readonly string[]): boolean {
  if (step === null) return false;
  const isSame = changed.every((name) => step?.fields.has(name));
  const now = performance.now();
  if (held === 0 && !step.fresh && !(isSame && now - step.changed < SETTLE)) return false;
  for (const name of changed) step.fields.add(name);
  step.changed = now;
  return true;
}

function writeSoon(): void {
  // What moves on all the time would never settle.
  if (timer !== undefined && held > 0) return;
  clearTimeout(timer);
  timer = setTimeout(() => writeLocation('replace'), SETTLE);
}

function writeLocation(how: HistoryStep): void {
  clearTimeout(timer);
  timer = undefined;
  const next = fragment();
  const address = next === '' ? location.pathname + location.search : `#${next}`;
  if (how === 'step') history.pushState(null, '', address);
  else history.replaceState(null, '', address);
}

/** What of the address would be a step of its own. */
function stepsOf(): Map<string, string> {
  return new Map(
    [...fields.values()].filter((field) => field.step === 'step').map(({ name, read }) => [name, read()] as const),
  );
}

/** An element that says what the page begins with, if its address does not. */
const START = 'script[type="application/vnd.heaplay.start"]';

/** The fragment to begin with. */
function startFragment(): string {
  return document.querySelector<HTMLScriptElement>(START)?.dataset['fragment'] ?? '';
}

function readLocation(): void {
  showFragment(location.hash.slice(1));
}

function showFragment(from: string): void {
  given = new URLSearchParams(from);
  restoring = true;
  for (const { name, write } of fields.values()) write(given.get(name));
  restoring = false;
}
