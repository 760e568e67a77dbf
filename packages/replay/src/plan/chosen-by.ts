import type { Architecture, HeapMode, PdxScheme } from '@heaplay/core';

/** What in `Kconfig` or on Xen's command line leads to a layout, in sentences for a porter. */
export function chosenBy(arch: Architecture, mode: HeapMode, pdx: PdxScheme): readonly string[] {
  return [modeChoice(arch, mode), pdxChoice(arch, pdx)];
}

/** Does Xen offer this layout on this architecture (MODE-1 to MODE-5, PDX-4)? */
export function isOffered(arch: Architecture, mode: HeapMode, pdx: PdxScheme): boolean {
  if (mode === 'direct-map-on-demand') return false;
  if ((mode === 'separate-xenheap') !== (arch === 'arm32')) return false;
  if (mode === 'direct-map-partial' && arch !== 'x86_64') return false;
  return pdx === 'none' || pdxOf(arch) === pdx;
}

/** The compression that an architecture is fit for (PDX-4). */
function pdxOf(arch: Architecture): PdxScheme {
  if (arch === 'riscv64') return 'none';
  return arch === 'x86_64' ? 'offset' : 'mask';
}

function modeChoice(arch: Architecture, mode: HeapMode): string {
  switch (mode) {
    case 'separate-xenheap':
      return arch === 'arm32'
        ? 'CONFIG_SEPARATE_XENHEAP=y, which 32-bit Arm selects; xenheap_megabytes=N sets its size'
        : 'CONFIG_SEPARATE_XENHEAP=y, which this architecture does not select';
    case 'direct-map-all':
      return 'CONFIG_SEPARATE_XENHEAP=n';
    case 'direct-map-partial':
      return 'CONFIG_SEPARATE_XENHEAP=n, and start-up calls xenheap_max_mfn: x86 does where RAM ends beyond the direct map';
    case 'direct-map-on-demand':
      return 'no release of Xen: a proposal (remove the direct map)';
  }
}

function pdxChoice(arch: Architecture, pdx: PdxScheme): string {
  if (pdx === 'none') return 'no PDX compression in Kconfig, or pdx-compress=no on the command line';
  const fit = pdxOf(arch) === pdx ? '' : ', which is not the one that this architecture uses';
  return `PDX ${pdx} compression in Kconfig${fit}`;
}
