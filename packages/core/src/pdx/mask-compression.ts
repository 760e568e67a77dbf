import { MAX_ORDER } from '../units/order.ts';
import { ALL_ONES, lowBits, movingBits, withoutBits, word, wordLength } from '../units/word64.ts';
import type { Word } from '../units/word64.ts';
import { bytesOf, frameBelow } from './byte-range.ts';
import type { FrameSpan } from './byte-range.ts';
import type { PdxCompression, PdxVerdict } from './pdx-compression.ts';
import { initialMask, registerRanges } from './registration.ts';
import type { PdxInput } from './registration.ts';

/** A run of bits of a frame number that are zero in all RAM. */
interface Hole {
  /** Position of its lowest bit. */
  readonly bottom: number;
  /** How many bits. */
  readonly length: number;
}

/** Squeezes one run of zero bits out of every frame number (PDX-2). Immutable. */
export class MaskCompression implements PdxCompression {
  readonly ok: boolean;
  readonly why: PdxVerdict;
  /** How many bits the hole has; 0 if nothing is compressed. */
  readonly holeShift: number;
  /** The bits of a frame number below the hole, in it, and above it (PDX-MASK-7). */
  readonly bottomMask: Word;
  readonly holeMask: Word;
  readonly topMask: Word;
  /** The bits of an address below the hole, and above it. */
  readonly addressBottomMask: Word;
  readonly addressTopMask: Word;
  private readonly shift: bigint;

  private constructor(why: PdxVerdict, hole: Hole | undefined) {
    this.ok = hole !== undefined;
    this.why = why;
    this.holeShift = hole?.length ?? 0;
    this.shift = BigInt(this.holeShift);
    if (hole === undefined) {
      this.bottomMask = ALL_ONES;
      this.holeMask = 0n;
      this.topMask = 0n;
      this.addressBottomMask = ALL_ONES;
      this.addressTopMask = 0n;
      return;
    }
    this.bottomMask = lowBits(hole.bottom);
    this.holeMask = lowBits(hole.length) << BigInt(hole.bottom);
    this.topMask = withoutBits(ALL_ONES, this.bottomMask | this.holeMask);
    this.addressBottomMask = bytesOf(this.bottomMask + 1n) - 1n;
    this.addressTopMask = bytesOf(this.topMask);
  }

  /** Finds the hole. */
  static setUp(input: PdxInput): MaskCompression {
    const spans = registerRanges(input);
    if (typeof spans === 'string') return new MaskCompression(spans, undefined);
    const hole = longestHole(usedBits(input.base, spans));
    return new MaskCompression(hole === undefined ? 'no-hole' : 'compressed', hole);
  }

  /** No compression: the identity (PDX-1). */
  static off(): MaskCompression {
    return new MaskCompression('disabled', undefined);
  }

  /** PDX-MASK-8. Bits in the hole are dropped. */
  toPdx(pfn: Word): Word {
    return (pfn & this.bottomMask) | ((pfn & this.topMask) >> this.shift);
  }

  toPfn(pdx: Word): Word {
    return (pdx & this.bottomMask) | (word(pdx << this.shift) & this.topMask);
  }

  toDirectMapOffset(address: Word): Word {
    return (address & this.addressBottomMask) | ((address & this.addressTopMask) >> this.shift);
  }

  toAddress(offset: Word): Word {
    return (offset & this.addressBottomMask) | (word(offset << this.shift) & this.addressTopMask);
  }

  /** PDX-MASK-9. A bit that moves above the hole is as bad as one in it. */
  isCompressible(start: Word, pages: Word): boolean {
    const moving = movingBits(start, bytesOf(pages));
    return this.hasPdx(frameBelow(start)) && withoutBits(moving, this.addressBottomMask) === 0n;
  }

  /** PDX-MASK-10. */
  hasPdx(pfn: Word): boolean {
    return (pfn & this.holeMask) === 0n;
  }
}

/** Every bit that is set in a base, or moves within a range (PDX-MASK-5). */
function usedBits(base: Word, spans: readonly FrameSpan[]): Word {
  return spans.reduce((bits, span) => bits | span.base | movingBits(span.base, span.pages), initialMask(base));
}

/** The longest run of zeros below a set bit, the lowest of several (PDX-MASK-6). */
function longestHole(bits: Word): Hole | undefined {
  let longest: Hole | undefined;
  let bottom = MAX_ORDER;
  for (let bit = MAX_ORDER; bit < wordLength(bits); bit++) {
    if (((bits >> BigInt(bit)) & 1n) === 0n) continue;
    const length = bit - bottom;
    if (length > (longest?.length ?? 0)) longest = { bottom, length };
    bottom = bit + 1;
  }
  return longest;
}
