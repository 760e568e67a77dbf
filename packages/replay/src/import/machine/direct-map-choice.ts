import { defaultMode, heapPreset, machinePdx } from '@heaplay/core';
import type { HeapConfig, Machine, PdxScheme } from '@heaplay/core';
import { frame } from '../../text/format.ts';
import type { XenOptions } from '../command-line.ts';
import type { Told } from './told.ts';
import { isAtLeast } from './xen-release.ts';

/** How much of RAM is mapped directly, and by which compression of frame numbers. */
export interface DirectMapChoice extends Pick<HeapConfig, 'mode' | 'pdx' | 'directMapEnd' | 'xenheapMaxMfn'> {
  /** In sentences: what the file does not say. */
  readonly assumed: readonly string[];
}

/**
 * The direct map with which Xen ran on this machine. Where all RAM fits, as it is or compressed, it maps all of it; where
 * not, x86 maps the lower part (MODE-3).
 */
export function chooseDirectMap(machine: Machine, told: Told, options: XenOptions): DirectMapChoice {
  const { arch, frames } = machine;
  const mode = defaultMode(arch);
  const size = heapPreset(arch, mode).directMapEnd;
  const { pdx, assumed } = chooseScheme(machine, told, options, size ?? Infinity);
  if (size === null) return { mode, pdx, directMapEnd: null, xenheapMaxMfn: null, assumed };
  if (spannedPdxs(machine, pdx) <= size) {
    const directMapEnd = Math.max(size + firstMapped(machine), frames);
    return { mode, pdx, directMapEnd, xenheapMaxMfn: null, assumed };
  }
  const still = `RAM up to frame ${frame(frames)} does not fit in a direct map of ${frame(size)} frames with PDX compression "${pdx}"`;
  if (arch === 'x86_64') {
    const last = Number(machinePdx(machine, { pdx, xenHeap: null })?.toPfn(BigInt(size - 1)) ?? size - 1);
    return {
      mode: 'direct-map-partial',
      pdx,
      directMapEnd: last + 1,
      xenheapMaxMfn: last,
      assumed: [...assumed, `${still}: it maps the part below`],
    };
  }
  return {
    mode,
    pdx,
    directMapEnd: frames,
    xenheapMaxMfn: null,
    assumed: [...assumed, `${still}: Xen does not boot so; the trace is what it would do with a larger one`],
  };
}

/** What the log says, or else none, unless the machine is too wide for a direct map without (PDX-4). */
function chooseScheme(
  machine: Machine,
  told: Told,
  { pdxCompress }: XenOptions,
  size: number,
): { readonly pdx: PdxScheme; readonly assumed: readonly string[] } {
  if (told.pdx !== undefined) return { pdx: told.pdx.value.scheme, assumed: [] };
  if (pdxCompress === false || spannedPdxs(machine, 'none') <= size) return { pdx: 'none', assumed: [] };
  // Compression by offsets came with 4.21, and is for x86.
  const pdx = machine.arch === 'x86_64' && isAtLeast(told, 4, 21) ? 'offset' : 'mask';
  const end = `RAM ends at frame ${frame(machine.frames)}, beyond the direct map of ${frame(size)} frames`;
  return { pdx, assumed: [`${end}: PDX compression "${pdx}" is taken to close its holes`] };
}

/** How many PDXs the direct map must reach over. */
function spannedPdxs(machine: Machine, pdx: PdxScheme): number {
  const compression = machinePdx(machine, { pdx, xenHeap: null });
  const pdxOf = (mfn: number): number => (compression === undefined ? mfn : Number(compression.toPdx(BigInt(mfn))));
  return Math.max(...machine.ram.map(([, end]) => pdxOf(end - 1))) + 1 - pdxOf(firstMapped(machine));
}

/** Where the direct map begins: Arm and RISC-V begin it at the first bank of RAM, x86 at 0. */
function firstMapped({ arch, ram }: Machine): number {
  return arch === 'arm64' || arch === 'riscv64' ? (ram[0]?.[0] ?? 0) : 0;
}
