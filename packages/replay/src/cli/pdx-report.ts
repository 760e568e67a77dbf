import { MaskCompression, PAGE_SHIFT, frameGroups, isCovered, isCompressibleRange } from '@heaplay/core';
import type { ByteRange, OffsetCompression, PdxCompression, PdxLimits, PdxVerdict, Word } from '@heaplay/core';
import { bitPicture } from '../text/bit-picture.ts';
import { count, plural, table } from '../text/format.ts';
import { colors } from './terminal.ts';

/** What a person is told of a compression: what it is, its bits, its ranges, its frame table, and some translations. */
export function pdxReport(
  compression: MaskCompression | OffsetCompression,
  ranges: readonly ByteRange[],
  translate: readonly Word[],
  limits: PdxLimits,
): string {
  const parts = [
    compression instanceof MaskCompression ? maskPart(compression, ranges) : offsetPart(compression, ranges),
    rangesPart(compression, ranges),
    tablePart(compression, ranges, limits),
    translate.length === 0 ? '' : translationPart(compression, translate),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

const WHY: Readonly<Record<PdxVerdict, string>> = {
  compressed: '',
  'no-hole': 'from bit 18 on, no bit is free in all ranges with a used one above it',
  'no-gain': 'the regions moved together would reach as far as they do now',
  'no-ranges': 'no range holds any memory',
  'too-many': 'there are more ranges than setup has room for',
  disabled: 'compression is switched off',
};

function nothing(why: PdxVerdict): string {
  return `${colors.yellow(`nothing is compressed: ${why}`)}\n  ${WHY[why]}; a PDX is the number of its frame\n`;
}

function maskPart(mask: MaskCompression, ranges: readonly ByteRange[]): string {
  if (!mask.ok) return nothing(mask.why);
  const bottom = mask.bottomMask.toString(2).length;
  const top = bottom + mask.holeShift;
  const which = mask.holeShift === 1 ? `bit ${bottom}` : `bits ${bottom} to ${top - 1}`;
  const picture = bitPicture('PFN', Math.max(pfnBits(ranges), top + 1), (bit) => {
    if (bit < bottom) return 'b';
    return bit < top ? 'h' : 't';
  });
  return [
    `${colors.bold(`${which} of a frame number`)}: left out, 0 in all RAM\n\n`,
    picture,
    `\n${table(
      [
        ['b', 'bottom, as it is', hex(mask.bottomMask)],
        ['h', 'hole, left out', hex(mask.holeMask)],
        ['t', `top, moved down by ${mask.holeShift}`, hex(mask.topMask)],
      ],
      'l',
    )}`,
  ].join('');
}

function offsetPart(moved: OffsetCompression, ranges: readonly ByteRange[]): string {
  if (!moved.ok) return nothing(moved.why);
  const { pfnIndexShift, pdxIndexShift, regionPages, regions, truncated } = moved;
  const rows = regions.map(({ base, pages, index, offset }, at) => [
    String(at),
    span(base, base + pages),
    String(index),
    signedHex(offset),
    span(regionPages * BigInt(at), regionPages * BigInt(at) + pages),
  ]);
  const isIndex = (bit: number, shift: number): string => (bit >= shift && bit < shift + 6 ? 'i' : '.');
  const width = Math.max(pfnBits(ranges), pfnIndexShift + 6);
  return [
    `${colors.bold(`${plural(regions.length, 'region')} of 0x${regionPages.toString(16)} pages`)} side by side\n\n`,
    bitPicture('PFN', width, (bit) => isIndex(bit, pfnIndexShift)),
    `\ni  index into the table of offsets; of a PDX, bits ${pdxIndexShift} to ${pdxIndexShift + 5}\n`,
    truncated ? 'the bases of the regions differ in more bits than that: the highest six count\n' : '',
    `\n${table([['region', 'frames', 'index', 'offset', 'PDX'], ...rows], 'rlrrl')}`,
  ].join('');
}

function rangesPart(compression: PdxCompression, ranges: readonly ByteRange[]): string {
  const shift = BigInt(PAGE_SHIFT);
  const rows = ranges.map((range) => {
    const [first, end] = [range.start >> shift, (range.start + range.size + 0xfffn) >> shift];
    if (range.size === 0n) return [span(range.start, range.start), 'empty', '', ''];
    const covered = isCompressibleRange(compression, range);
    const pdx = compression.toPdx(first);
    return [
      span(range.start, range.start + range.size),
      span(first, end),
      covered ? span(pdx, pdx + end - first) : '–',
      covered ? 'yes' : colors.red('no'),
    ];
  });
  return table([['range', 'frames', 'PDX', 'covered'], ...rows], 'l');
}

function tablePart(compression: PdxCompression, ranges: readonly ByteRange[], limits: PdxLimits): string {
  if (!isCovered(compression, ranges)) {
    return `${colors.red('not all of the RAM is covered')}: some of it has no place in the frame table\n`;
  }
  const groups = frameGroups(compression, ranges, limits.groupPages);
  if (groups === undefined) return '';
  const { groupPages, recordBytes } = limits;
  const backed = groups.backed.reduce((sum, run) => sum + Number(run.count), 0);
  const spanned = Math.ceil(Number(groups.maxPdx) / groupPages);
  const mib = (number: number): string => `${count((number * groupPages * recordBytes) / 2 ** 20)} MiB`;
  return `frame table up to PDX ${hex(groups.maxPdx)}: ${mib(backed)} in ${plural(backed, 'group')}, of ${mib(spanned)} in ${count(spanned)}\n`;
}

function translationPart(compression: PdxCompression, translate: readonly Word[]): string {
  const rows = translate.map((pfn) => {
    const pdx = compression.toPdx(pfn);
    const back = compression.toPfn(pdx);
    const note = back === pfn ? '' : `which is that of frame ${hex(back)}`;
    return [hex(pfn), hex(pdx), compression.hasPdx(pfn) ? note : `no PDX of its own${note === '' ? '' : `: ${note}`}`];
  });
  return table([['PFN', 'PDX', ''], ...rows], 'l');
}

/** How many bits the frame numbers of these ranges have. */
function pfnBits(ranges: readonly ByteRange[]): number {
  const ends = ranges
    .filter(({ size }) => size > 0n)
    .map(({ start, size }) => (start + size - 1n) >> BigInt(PAGE_SHIFT));
  return Math.max(...ends.map((end) => end.toString(2).length));
}

function hex(value: Word): string {
  return `0x${value.toString(16)}`;
}

/** An offset, which may have wrapped below zero. */
function signedHex(value: Word): string {
  const signed = BigInt.asIntN(64, value);
  return signed < 0n ? `-${hex(-signed)}` : hex(signed);
}

function span(first: Word, end: Word): string {
  return `${hex(first)}–${hex(end)}`;
}
