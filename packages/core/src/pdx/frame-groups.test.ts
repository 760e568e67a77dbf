import { describe, expect, it } from 'vitest';
import { gib, inputOf } from '../../test/pdx/ranges.ts';
import type { ByteRange } from './byte-range.ts';
import { frameGroups } from './frame-groups.ts';
import type { FrameGroups } from './frame-groups.ts';
import { MaskCompression } from './mask-compression.ts';
import { OffsetCompression } from './offset-compression.ts';

const GROUP = 0x10000;

function groups(
  compression: MaskCompression | OffsetCompression,
  ranges: readonly ByteRange[],
): FrameGroups | undefined {
  return frameGroups(compression, ranges, GROUP);
}

describe('groups of the frame table', () => {
  const ranges = [gib(0), gib(16)];

  it('[PDX-MASK-4] [PDX-OFFSET-4] are those of the PDXs of RAM', () => {
    const expected = { maxPage: 0x440000n, maxPdx: 0x80000n, backed: [{ first: 0n, count: 8n }] };
    expect(groups(MaskCompression.setUp(inputOf(ranges)), ranges)).toEqual(expected);
    expect(groups(OffsetCompression.setUp(inputOf(ranges)), ranges)).toEqual(expected);
    expect(groups(MaskCompression.off(), ranges)).toEqual({
      maxPage: 0x440000n,
      maxPdx: 0x440000n,
      backed: [
        { first: 0n, count: 4n },
        { first: 64n, count: 4n },
      ],
    });
  });

  it('[PDX-MASK-4] [PDX-OFFSET-4] the first one is backed in any case', () => {
    expect(groups(MaskCompression.off(), [gib(16)])?.backed).toEqual([
      { first: 0n, count: 1n },
      { first: 64n, count: 4n },
    ]);
  });

  it('[PDX-MASK-4] [PDX-OFFSET-4] whole pages count, and for the end also empty ranges', () => {
    const parts = [
      { start: 0n, size: 0x1fffn },
      { start: 0x100000800n, size: 0x1000n },
      { start: 0x200000000n, size: 0n },
    ];
    expect(groups(MaskCompression.off(), parts)).toEqual({
      maxPage: 0x200000n,
      maxPdx: 0x200000n,
      backed: [
        { first: 0n, count: 1n },
        { first: 16n, count: 1n },
      ],
    });
    expect(groups(MaskCompression.off(), [{ start: 0n, size: 0xfffn }])).toBeUndefined();
  });
});
