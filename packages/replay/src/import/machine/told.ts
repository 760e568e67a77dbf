import { factsOf } from '../facts/fact.ts';
import type { Fact, FactKind, FactOf, PdxOutcome } from '../facts/fact.ts';
import type { AddressRange } from '../lines/hex-range.ts';
import { heapDumps } from './heap-dumps.ts';
import type { HeapDump } from './heap-dumps.ts';

/** Something that the log tells, and on which line. */
export interface ToldValue<T> {
  readonly line: number;
  readonly value: T;
}

/** What the log itself says that Xen is, was told, and did: to be held against a model. Absent: it does not say. */
export interface Told {
  /** As in the banner: `4.17.5`. */
  readonly xenVersion?: ToldValue<string>;
  readonly debug?: ToldValue<boolean>;
  readonly commandLine?: ToldValue<string>;
  /** Bytes of RAM that Xen counted. */
  readonly systemRam?: ToldValue<number>;
  readonly pdx?: ToldValue<PdxOutcome>;
  readonly xenHeap?: ToldValue<{ readonly pages: number; readonly range: AddressRange | null }>;
  readonly domHeapPages?: ToldValue<number>;
  /** Width of the DMA zone in bits once the heap is there; 0: none. */
  readonly dmaBits?: ToldValue<number>;
  readonly bootScrub?: ToldValue<'idle' | 'on'>;
  /** Pages at which the low-memory interrupt is raised. */
  readonly lowMemoryThreshold?: ToldValue<number>;
  readonly cpus?: ToldValue<number>;
  /** Where the hypervisor itself lies (x86). */
  readonly xenImage?: ToldValue<number>;
  /** It stopped: an assertion, a BUG, a panic. */
  readonly stopped?: ToldValue<string>;
  readonly heapDumps: readonly HeapDump[];
  /** Single free blocks, as patched versions show them. */
  readonly freeBlocks: readonly FactOf<'free-block'>[];
}

/** What the log says that Xen did. */
export function collectTold(facts: readonly Fact[]): Told {
  const banner = firstOf(facts, 'xen-version');
  const sizes = factsOf(facts, 'heap-size');
  const xenHeap = sizes.find(({ heap }) => heap === 'xen');
  const domHeap = sizes.find(({ heap }) => heap === 'dom');
  return {
    ...told('xenVersion', banner, ({ version }) => version),
    ...told('debug', banner?.debug === null ? undefined : banner, ({ debug }) => debug === true),
    ...told('commandLine', firstOf(facts, 'command-line'), ({ text }) => text),
    ...told('systemRam', firstOf(facts, 'system-ram'), ({ value }) => value),
    ...told('pdx', firstOf(facts, 'pdx'), ({ outcome }) => outcome),
    ...told('xenHeap', xenHeap, ({ pages, range }) => ({ pages, range })),
    ...told('domHeapPages', domHeap, ({ pages }) => pages),
    ...told('dmaBits', firstOf(facts, 'heap-initialised'), ({ dmaBits }) => dmaBits),
    ...told('bootScrub', firstOf(facts, 'scrub'), ({ when }) => when),
    ...told('lowMemoryThreshold', firstOf(facts, 'low-memory-threshold'), ({ value }) => value),
    ...told('cpus', firstOf(facts, 'cpus'), ({ value }) => value),
    ...told('xenImage', firstOf(facts, 'xen-image'), ({ value }) => value),
    ...told('stopped', firstOf(facts, 'stop'), ({ text }) => text),
    heapDumps: heapDumps(facts),
    freeBlocks: factsOf(facts, 'free-block'),
  };
}

function firstOf<K extends FactKind>(facts: readonly Fact[], kind: K): FactOf<K> | undefined {
  return factsOf(facts, kind)[0];
}

/** The key with its value, or nothing where nothing was told. */
function told<F extends Fact, K extends keyof Told, T>(
  key: K,
  fact: F | undefined,
  take: (fact: F) => T,
): { readonly [key in K]?: ToldValue<T> } {
  // A computed key makes the compiler forget which one it is.
  return (fact === undefined ? {} : { [key]: { line: fact.line, value: take(fact) } }) as {
    readonly [key in K]?: ToldValue<T>;
  };
}
