import { bitLength, completeHeapConfig } from '@heaplay/core';
import type { HeapConfig, Machine, XenVersion } from '@heaplay/core';
import type { XenOptions } from '../command-line.ts';
import { pagesTouched } from './bank.ts';
import { chooseDirectMap } from './direct-map-choice.ts';
import type { Told } from './told.ts';
import { nearestVersion, releaseOf } from './xen-release.ts';

/** A configuration, and in sentences what of it the file does not say. */
export interface HeapChoice {
  readonly heap: HeapConfig;
  readonly assumed: readonly string[];
}

/** First page frames behind 4 GiB. */
const FOUR_GIB = 2 ** 20;

/** The configuration under which Xen ran on this machine, as far as the file says; presets and its version say the rest. */
export function chooseHeap(machine: Machine, told: Told, options: XenOptions): HeapChoice {
  const { assumed, ...directMap } = chooseDirectMap(machine, told, options);
  const xen = nearestVersion(told);
  const { bootScrub = told.bootScrub?.value ?? (xen === '4.6' ? 'on' : 'idle'), dmaBits = 0 } = options;
  const range = told.xenHeap?.value.range ?? null;
  const heap = completeHeapConfig(
    {
      ...directMap,
      xen,
      bootScrub,
      dmaBits,
      dmaBitsDefault: dmaBits === 0 ? chooseDmaBits(machine, xen, told) : 0,
      xenHeap: directMap.mode === 'separate-xenheap' && range !== null ? pagesTouched(range) : null,
      lowMemVirq: options.lowMemVirqLimit ?? null,
      scrubDomheap: options.scrubDomheap ?? false,
      badPages: (options.badPages ?? []).map(([first, last]) => [first, last + 1]),
      ...(told.debug === undefined ? {} : { debug: told.debug.value }),
    },
    machine,
  );
  return { heap, assumed: [...versionAssumed(told, xen), ...assumed] };
}

function versionAssumed({ xenVersion }: Told, xen: XenVersion): readonly string[] {
  if (xenVersion === undefined) return [`the file does not say which version of Xen it is of: ${xen} is taken`];
  const same = releaseOf(xenVersion.value).join('.') === xen;
  return same ? [] : [`Xen ${xenVersion.value} is taken to behave as ${xen}`];
}

/** The width of the DMA zone that the platform wants, if the command line asks for none (BOOT-5, VER-5). */
function chooseDmaBits(machine: Machine, xen: XenVersion, told: Told): number {
  if (told.dmaBits !== undefined) return told.dmaBits.value;
  if (machine.arch !== 'x86_64' || machine.nodes.length < 2) return 0;
  const spans = machine.nodes.flatMap(({ ranges }) => {
    const start = Math.min(...ranges.map(([first]) => first));
    const pages = Math.max(...ranges.map(([, end]) => end)) - start;
    return start < FOUR_GIB ? [{ start, pages }] : [];
  });
  const lowest = spans.toSorted((a, b) => a.start - b.start)[0];
  if (lowest === undefined) return 0;
  if (xen === '4.6') return Math.min(32, bitLength(lowest.pages) - 1 + 10);
  return Math.min(32, bitLength(lowest.start + Math.floor(lowest.pages / 4) - 1) + 12);
}
