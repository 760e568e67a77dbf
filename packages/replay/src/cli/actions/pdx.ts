import { MaskCompression, pdxLimits, setUpPdx } from '@heaplay/core';
import type { ByteRange, OffsetCompression, Word } from '@heaplay/core';
import { exactJson } from '../../text/exact-json.ts';
import type { CommandContext } from '../context.ts';
import { EXIT } from '../exit.ts';
import type { ExitCode } from '../exit.ts';
import { PDX_ARCHITECTURES } from '../pdx-architectures.ts';
import { pdxReport } from '../pdx-report.ts';

/** What the options of `heaplay pdx` say. */
export interface PdxOptions {
  readonly scheme: 'mask' | 'offset';
  readonly arch: keyof typeof PDX_ARCHITECTURES;
  readonly base: Word;
  readonly range: readonly ByteRange[];
  readonly translate?: readonly Word[];
  readonly json?: boolean;
}

/** `heaplay pdx` */
export async function pdxAction(options: PdxOptions, { terminal }: CommandContext): Promise<ExitCode> {
  const { scheme, arch, base, range: ranges, translate = [], json } = options;
  const limits = pdxLimits(PDX_ARCHITECTURES[arch]);
  const compression = setUpPdx(scheme, { ranges, base, maxRanges: limits.maxRanges });
  await terminal.out(
    json === true ? jsonOf(compression, translate) : pdxReport(compression, ranges, translate, limits),
  );
  return EXIT.ok;
}

/** Masks and tables are hex texts, all else are integers, whatever their size. What is not asked for is null. */
function jsonOf(compression: MaskCompression | OffsetCompression, translate: readonly Word[]): string {
  const value = {
    ok: compression.ok,
    why: compression.why,
    mask: compression instanceof MaskCompression ? maskOf(compression) : null,
    offset: compression instanceof MaskCompression ? null : offsetOf(compression),
    translations: translate.map((pfn) => ({ pfn, pdx: compression.toPdx(pfn) })),
  };
  return `${exactJson(value)}\n`;
}

function maskOf({ bottomMask, holeShift, holeMask, topMask }: MaskCompression): object {
  return { bottomMask: hex(bottomMask), holeShift, holeMask: hex(holeMask), topMask: hex(topMask) };
}

function offsetOf({ pfnIndexShift, pdxIndexShift, regionPages, regions }: OffsetCompression): object {
  const byIndex = regions.toSorted((a, b) => a.index - b.index);
  const offsets = byIndex.map(({ index, offset }) => [index, hex(offset)]);
  return { pfnIndexShift, pdxIndexShift, regionPages, table: offsets };
}

function hex(value: Word): string {
  return `0x${value.toString(16)}`;
}
