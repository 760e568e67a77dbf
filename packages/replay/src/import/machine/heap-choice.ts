import { bitLength, completeHeapConfig, defaultMode, heapPreset } from '@heaplay/core';
import type { HeapConfig, Machine, PdxScheme, XenVersion } from '@heaplay/core';
import type { XenOptions } from '../command-line.ts';
import { pagesTouched } from './bank.ts';
import type { Told } from './told.ts';

/** A configuration, and in sentences what of it the file does not say. */
export interface HeapChoice {
  readonly heap: HeapConfig;
  readonly assumed: readonly string[];
}

/** First page frames behind 4 GiB. */
const FOUR_GIB = 2 ** 20;

/** The configuration under which Xen ran on this machine, as far as the file says; presets and its version say the rest. */
export function chooseHeap(machine: Machine, told: Told, options: XenOptions): HeapChoice {
  const assumed: string[] = [];
  const mode = defaultMode(machine.arch);
  const xen = chooseVersion(told, assumed);
  const preset = heapPreset(machine.arch, mode);
  const reach = preset.directMapEnd ?? machine.frames;
  const pdx = choosePdx(machine, told, options, reach, assumed);
  const { bootScrub = told.bootScrub?.value ?? (xen === '4.6' ? 'on' : 'idle'), dmaBits = 0 } = options;
  const range = told.xenHeap?.value.range ?? null;
  const heap = completeHeapConfig(
    {
      mode,
      xen,
      pdx,
      bootScrub,
      dmaBits,
      dmaBitsDefault: dmaBits === 0 ? chooseDmaBits(machine, xen, told) : 0,
      directMapEnd: mode === 'separate-xenheap' ? null : Math.max(reach, machine.frames),
      xenHeap: mode === 'separate-xenheap' && range !== null ? pagesTouched(range) : null,
      lowMemVirq: options.lowMemVirqLimit ?? null,
      scrubDomheap: options.scrubDomheap ?? false,
      badPages: (options.badPages ?? []).map(([first, last]) => [first, last + 1]),
      debug: told.debug?.value ?? preset.debug,
    },
    machine,
  );
  return { heap, assumed };
}

/** The version whose behaviour the model knows that is nearest to the one of the banner. */
function chooseVersion(told: Told, assumed: string[]): XenVersion {
  const found = told.xenVersion?.value;
  if (found === undefined) {
    assumed.push('the file does not say which version of Xen it is of: 4.23 is taken');
    return '4.23';
  }
  const [major = 0, minor = 0] = found.split('.').map(Number);
  const version = nearestVersion(major, minor);
  if (`${major}.${minor}` !== version) assumed.push(`Xen ${found} is taken to behave as ${version}`);
  return version;
}

/** Dirty pages are tracked from 4.10 on; claims and the building of domains changed behind 4.21. */
function nearestVersion(major: number, minor: number): XenVersion {
  if (major < 4 || (major === 4 && minor < 10)) return '4.6';
  return major === 4 && minor < 22 ? '4.17' : '4.23';
}

/** What the log says, or else none, unless the machine is too wide for a direct map without (PDX-4). */
function choosePdx(
  { arch, frames }: Machine,
  told: Told,
  { pdxCompress }: XenOptions,
  reach: number,
  assumed: string[],
): PdxScheme {
  if (told.pdx !== undefined) return told.pdx.value.scheme;
  if (frames <= reach || pdxCompress === false) return 'none';
  const scheme = arch === 'x86_64' ? 'offset' : 'mask';
  assumed.push(
    `RAM ends at frame 0x${frames.toString(16)}, beyond the direct map's 0x${reach.toString(16)}: PDX compression "${scheme}" is taken to close its holes`,
  );
  return scheme;
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
