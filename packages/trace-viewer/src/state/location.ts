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

/** Milliseconds in which changes become one step: to drag the scrubber is to go somewhere, not to a thousand places. */
const SETTLE = 400;

/** Keeps the address and what is seen the same, both ways, as long as the page is there. */
export function followLocation(): void {
  readLocation();
  globalThis.addEventListener('popstate', readLocation);
  globalThis.addEventListener('hashchange', readLocation);
  let before = stepsOf();
  let timer: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    const next = fragment();
    const steps = stepsOf();
    if (restoring || next === location.hash.slice(1)) {
      before = steps;
      return;
    }
    clearTimeout(timer);
    timer = setTimeout(() => {
      const address = next === '' ? location.pathname + location.search : `#${next}`;
      if (steps === before) history.replaceState(null, '', address);
      else history.pushState(null, '', address);
      before = steps;
    }, SETTLE);
  });
}

/** What of the address would be a step of its own. */
function stepsOf(): string {
  return [...fields.values()]
    .filter(({ step }) => step === 'step')
    .map(({ name, read }) => `${name}=${read()}`)
    .join('&');
}

function readLocation(): void {
  given = new URLSearchParams(location.hash.slice(1));
  restoring = true;
  for (const { name, write } of fields.values()) write(given.get(name));
  restoring = false;
}
