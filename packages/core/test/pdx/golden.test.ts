import { describe, expect, it } from 'vitest';
import { frameGroups, isBacked, isCompressibleRange, isCovered } from '../../src/pdx/frame-groups.ts';
import { MaskCompression } from '../../src/pdx/mask-compression.ts';
import { OffsetCompression } from '../../src/pdx/offset-compression.ts';
import type { PdxCompression } from '../../src/pdx/pdx-compression.ts';
import { pdxLimits } from '../../src/pdx/pdx-limits.ts';
import type { PdxLimits } from '../../src/pdx/pdx-limits.ts';
import type { PdxInput } from '../../src/pdx/registration.ts';
import { fromHex, goldenCases, prefixed, rangesOf } from './golden-cases.ts';
import type { MaskCase, OffsetCase, PdxCase } from './golden-cases.ts';

const LIMITS: Readonly<Record<PdxCase['arch'], PdxLimits>> = { x86: pdxLimits('x86_64'), arm: pdxLimits('arm64') };

const masks = goldenCases<MaskCase>('pdx-mask');
const offsets = goldenCases<OffsetCase>('pdx-offset');

function inputOf(one: PdxCase): PdxInput {
  return {
    ranges: rangesOf(one),
    base: fromHex(one.base),
    maxRanges: LIMITS[one.arch].maxRanges,
    enabled: one.pdx_compress ?? true,
  };
}

function bit(value: boolean): 0 | 1 {
  return value ? 1 : 0;
}

/** The fields that both kinds of cases have, as the model answers them. */
function commonFields(one: PdxCase, compression: PdxCompression): PdxCase {
  const ranges = rangesOf(one);
  const { groupPages } = LIMITS[one.arch];
  const covered = isCovered(compression, ranges);
  const groups = covered ? frameGroups(compression, ranges, groupPages) : undefined;
  return {
    id: one.id,
    src: one.src,
    arch: one.arch,
    base: one.base,
    ranges: one.ranges,
    ...(one.pdx_compress === undefined ? {} : { pdx_compress: one.pdx_compress }),
    ok: compression.ok,
    why: compression.why,
    compressible: ranges.map((range) => bit(isCompressibleRange(compression, range))),
    covered,
    probes: one.probes.map(([address, pages]) => [
      address,
      pages,
      bit(compression.isCompressible(fromHex(address), fromHex(pages))),
    ]),
    ...(groups === undefined
      ? {}
      : {
          max_page: prefixed(groups.maxPage),
          max_pdx: prefixed(groups.maxPdx),
          groups: groups.backed.map(({ first, count }) => [Number(first), Number(count)] as const),
        }),
    pfns: one.pfns.map(([text]) => {
      const pfn = fromHex(text);
      const pdx = compression.toPdx(pfn);
      const back = compression.toPfn(pdx);
      const translated = [text, pdx.toString(16), back === pfn ? 1 : back.toString(16)] as const;
      if (groups === undefined) return translated;
      const valid = pfn < groups.maxPage && compression.hasPdx(pfn) && isBacked(groups, pdx, groupPages);
      return [...translated, bit(valid)] as const;
    }),
    dmap: one.dmap.map(([address]) => {
      const offset = compression.toDirectMapOffset(fromHex(address));
      return [address, offset.toString(16), compression.toAddress(offset).toString(16)];
    }),
  };
}

function answerMask(one: MaskCase): MaskCase {
  const masked = MaskCompression.setUp(inputOf(one));
  return {
    ...commonFields(one, masked),
    bottom_mask: prefixed(masked.bottomMask),
    hole_shift: masked.holeShift,
    hole_mask: prefixed(masked.holeMask),
    top_mask: prefixed(masked.topMask),
    ma_bottom_mask: prefixed(masked.addressBottomMask),
    ma_top_mask: prefixed(masked.addressTopMask),
  };
}

function answerOffset(one: OffsetCase): OffsetCase {
  const moved = OffsetCompression.setUp(inputOf(one));
  const tables = {
    regions: moved.regions.map(({ base, pages }) => [prefixed(base), prefixed(pages)] as const),
    tbl_pfn: moved.regions
      .toSorted((a, b) => a.index - b.index)
      .map(({ index, base, offset }) => [index, prefixed(base), prefixed(offset)] as const),
    tbl_pdx: moved.regions.map(({ offset }) => prefixed(offset)),
  };
  return {
    ...commonFields(one, moved),
    truncated: moved.truncated,
    pfn_index_shift: moved.pfnIndexShift,
    pdx_index_shift: moved.pdxIndexShift,
    region_size: prefixed(moved.regionPages),
    ...(moved.ok ? tables : {}),
  };
}

describe('real code made the same of the same ranges', () => {
  it.each([
    ['mask', masks],
    ['offset', offsets],
  ] as const)('the limits of the %s cases are the model’s', (_, { header, cases }) => {
    expect(cases).toHaveLength(header.cases);
    expect(cases.length).toBeGreaterThan(400);
    for (const arch of ['x86', 'arm'] as const) {
      expect(header.pdx_group[arch]).toBe(LIMITS[arch].groupPages);
      expect(header.max_ranges[arch]).toBe(LIMITS[arch].maxRanges);
    }
  });

  it.each(masks.cases)('[PDX-2] [PDX-6] mask: $id', (one) => {
    expect(answerMask(one)).toEqual(one);
  });

  it.each(offsets.cases)('[PDX-3] [PDX-6] offset: $id', (one) => {
    expect(answerOffset(one)).toEqual(one);
  });
});
