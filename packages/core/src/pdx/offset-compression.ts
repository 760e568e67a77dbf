import { ALL_ONES, lowBits, lowestBit, movingBits, withoutBits, word, wordLength } from '../units/word64.ts';
import type { Word } from '../units/word64.ts';
import { bytesOf, frameBelow } from './byte-range.ts';
import type { FrameSpan } from './byte-range.ts';
import { alignedRegions, heapSorted, regionsByIndex } from './merge-regions.ts';
import type { PdxCompression, PdxVerdict } from './pdx-compression.ts';
import { initialMask, registerRanges } from './registration.ts';
import type { PdxInput } from './registration.ts';

/** log2 of the entries of the tables. */
const TABLE_ORDER = 6;
const TABLE_MASK = lowBits(TABLE_ORDER);
const PAGE_BITS = 12n;

/** A region of RAM, and what is subtracted from its frame numbers. */
export interface OffsetRegion extends FrameSpan {
  /** Its place in the table that frame numbers are looked up in. */
  readonly index: number;
  /** A word: it may have wrapped below zero (PDX-OFFSET-11). */
  readonly offset: Word;
}

/** How frame numbers and PDXs find their entry in the tables. */
interface Shifts {
  readonly pfn: number;
  readonly pdx: number;
}

/** Moves regions of RAM together: subtracts from each frame number the offset of its region (PDX-3). Immutable. */
export class OffsetCompression implements PdxCompression {
  readonly ok: boolean;
  readonly why: PdxVerdict;
  /** Do the bases differ in more bits than a table has an index for? Then the highest of them count (PDX-OFFSET-8). */
  readonly truncated: boolean;
  readonly pfnIndexShift: number;
  readonly pdxIndexShift: number;
  /** Room for each region in the frame table, in pages; all ones if nothing is compressed (PDX-OFFSET-14). */
  readonly regionPages: Word;
  /** The regions, rising; none if nothing is compressed. */
  readonly regions: readonly OffsetRegion[];
  /** By index of a frame number: the first frame of the region; all ones where there is none. */
  private readonly bases: readonly Word[];
  private readonly pfnOffsets: readonly Word[];
  /** By index of a PDX. */
  private readonly pdxOffsets: readonly Word[];

  private constructor(
    why: PdxVerdict,
    truncated: boolean,
    shifts: Shifts,
    pages: Word,
    regions: readonly OffsetRegion[],
  ) {
    const entries = Array.from({ length: 2 ** TABLE_ORDER }, (_, at) => at);
    const byIndex = entries.map((at) => regions.find(({ index }) => index === at));
    this.ok = why === 'compressed';
    this.why = why;
    this.truncated = truncated;
    this.pfnIndexShift = shifts.pfn;
    this.pdxIndexShift = shifts.pdx;
    this.regionPages = pages;
    this.regions = regions;
    this.bases = byIndex.map((region) => region?.base ?? (this.ok ? ALL_ONES : 0n));
    this.pfnOffsets = byIndex.map((region) => region?.offset ?? 0n);
    this.pdxOffsets = entries.map((at) => regions[at]?.offset ?? 0n);
  }

  /** Finds the regions, and whether to move them gains anything. */
  static setUp(input: PdxInput): OffsetCompression {
    const spans = registerRanges(input);
    if (typeof spans === 'string') return OffsetCompression.identity(spans, false);
    const aligned = alignedRegions(heapSorted(spans));
    const { shift, truncated } = indexShift(input.base, aligned);
    const regions = regionsByIndex(aligned, (pfn) => tableIndex(pfn, shift));
    const mask = initialMask(bytesOf(regions.reduce((most, { pages }) => (pages > most ? pages : most), 0n)));
    const regionPages = mask + 1n;
    // Equality is no gain either. A single region gains unless it begins at 0 (PDX-OFFSET-10).
    const lastBase = regions.at(-1)?.base ?? 0n;
    if (word(regionPages * BigInt(regions.length - 1)) >= lastBase) {
      return OffsetCompression.identity('no-gain', truncated);
    }
    const moved = regions.map(({ base, pages }, at) => ({
      base,
      pages,
      index: tableIndex(base, shift),
      offset: word(base - regionPages * BigInt(at)),
    }));
    return new OffsetCompression('compressed', truncated, { pfn: shift, pdx: wordLength(mask) }, regionPages, moved);
  }

  private static identity(why: PdxVerdict, truncated: boolean): OffsetCompression {
    return new OffsetCompression(why, truncated, { pfn: 0, pdx: 0 }, ALL_ONES, []);
  }

  /** PDX-OFFSET-12. A frame outside of all regions may get the PDX of another one. */
  toPdx(pfn: Word): Word {
    return word(pfn - entry(this.pfnOffsets, pfn, this.pfnIndexShift));
  }

  toPfn(pdx: Word): Word {
    return word(pdx + entry(this.pdxOffsets, pdx, this.pdxIndexShift));
  }

  toDirectMapOffset(address: Word): Word {
    return word(address - (entry(this.pfnOffsets, address >> PAGE_BITS, this.pfnIndexShift) << PAGE_BITS));
  }

  toAddress(offset: Word): Word {
    return word(offset + (entry(this.pdxOffsets, offset >> PAGE_BITS, this.pdxIndexShift) << PAGE_BITS));
  }

  /** PDX-OFFSET-13. What counts is the room for the region, not its own pages. */
  isCompressible(start: Word, pages: Word): boolean {
    const pfn = frameBelow(start);
    const base = entry(this.bases, pfn, this.pfnIndexShift);
    return base <= pfn && word(pfn + pages) <= word(base + this.regionPages);
  }

  hasPdx(pfn: Word): boolean {
    const base = entry(this.bases, pfn, this.pfnIndexShift);
    return base <= pfn && pfn < word(base + this.regionPages);
  }
}

function tableIndex(number: Word, shift: number): number {
  return Number((number >> BigInt(shift)) & TABLE_MASK);
}

function entry(table: readonly Word[], number: Word, shift: number): Word {
  return table[tableIndex(number, shift)] as Word;
}

/** Where in a frame number the index of its region stands (PDX-OFFSET-7, PDX-OFFSET-8). */
function indexShift(
  base: Word,
  regions: readonly FrameSpan[],
): { readonly shift: number; readonly truncated: boolean } {
  const moving = regions.reduce((bits, span) => bits | movingBits(span.base, span.pages), initialMask(base));
  // What any two bases differ in, each differs in from the first or agrees with it.
  const first = regions[0]?.base ?? 0n;
  const differing = withoutBits(
    regions.reduce((bits, span) => bits | (span.base ^ first), 0n),
    moving,
  );
  if (differing === 0n) return { shift: wordLength(moving), truncated: false };
  const [lowest, length] = [lowestBit(differing), wordLength(differing)];
  const truncated = length - (lowest + 1) >= TABLE_ORDER;
  return { shift: truncated ? length - TABLE_ORDER : lowest, truncated };
}
