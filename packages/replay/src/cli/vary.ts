import type { HeapConfig, Machine } from '@heaplay/core';
import { InvalidArgumentError } from 'commander';
import { MODES, VERSIONS } from './config-options.ts';
import type { SweepAxis } from '../sweep/combinations.ts';
import { parseValue } from './parse-value.ts';

type Keys<T> = Readonly<Record<Exclude<keyof T, `x-${string}`>, true>>;

// As with the modes: the compiler sees that none is missing.
const MACHINE: Keys<Machine> = { arch: true, frames: true, ram: true, nodes: true, cpus: true, reserved: true };
const HEAP: Keys<HeapConfig> = {
  xen: true,
  mode: true,
  paddrBits: true,
  maxOrder: true,
  directMapEnd: true,
  xenHeap: true,
  xenheapMaxMfn: true,
  dmaBits: true,
  dmaBitsDefault: true,
  bootScrub: true,
  scrubDomheap: true,
  lowMemVirq: true,
  badPages: true,
  nodeHeapPages: true,
  debug: true,
  pdx: true,
};

/** One `KEY=V1,V2...` more, as the value of `--vary`. Throws commander's `InvalidArgumentError`. */
export function collectAxes(text: string, before: readonly SweepAxis[] = []): readonly SweepAxis[] {
  const [, key = '', values = ''] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  if (key === '') throw new InvalidArgumentError('Expected KEY=V1,V2..., as in heap.dmaBits=30,32.');
  const texts = splitValues(values);
  if (texts.includes('')) throw new InvalidArgumentError('A value between two commas is empty.');
  const axis = axisOf(key, texts);
  const problem = before.some((other) => other.key === axis.key) && `${axis.key} is varied already.`;
  if (typeof problem === 'string') throw new InvalidArgumentError(problem);
  const twice = axis.values.find((value, at) => axis.values.some((other, from) => from < at && same(value, other)));
  if (twice !== undefined) throw new InvalidArgumentError(`${JSON.stringify(twice)} is there twice.`);
  return [...before, axis];
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function axisOf(text: string, values: readonly string[]): SweepAxis {
  // Both ways to write it are one key.
  const key = text.replace(/^heap\.(mode|xen)$/, '$1');
  if (key === 'mode') return { key, values: chosen(values, Object.keys(MODES)) };
  if (key === 'xen') return { key, values: chosen(values, Object.keys(VERSIONS)) };
  const [part, name = ''] = key.split('.');
  const known = part === 'machine' ? MACHINE : part === 'heap' ? HEAP : {};
  if (!Object.hasOwn(known, name)) {
    const keys = [
      ...Object.keys(HEAP).map((own) => `heap.${own}`),
      ...Object.keys(MACHINE).map((own) => `machine.${own}`),
    ];
    throw new InvalidArgumentError(`There is no key ${text}. Expected mode, xen, ${keys.join(', ')}.`);
  }
  return { key, values: values.map(parseValue) };
}

function chosen(values: readonly string[], choices: readonly string[]): readonly string[] {
  const wrong = values.find((value) => !choices.includes(value));
  if (wrong !== undefined) throw new InvalidArgumentError(`Found ${wrong}, expected of ${choices.join(', ')}.`);
  return values;
}

/** Values are parted by commas, but for those within a JSON value. */
function splitValues(text: string): readonly string[] {
  const values = [''];
  let depth = 0;
  let isQuoted = false;
  for (const letter of text) {
    if (letter === '"') isQuoted = !isQuoted;
    if (!isQuoted && /[[{]/.test(letter)) depth++;
    if (!isQuoted && /[\]}]/.test(letter)) depth--;
    if (letter === ',' && depth === 0 && !isQuoted) values.push('');
    else values[values.length - 1] += letter;
  }
  return values;
}
