import type { Word } from '../units/word64.ts';

/** What came of setting a compression up. `disabled`: it was switched off on the command line. */
export type PdxVerdict = 'compressed' | 'no-hole' | 'no-gain' | 'no-ranges' | 'too-many' | 'disabled';

/**
 * A compression of frame numbers into the index of the frame table, as setup left it: masks or tables, and both
 * translations. Where setup came to nothing (`ok` is false) it is the identity. All numbers are 64-bit words.
 */
export interface PdxCompression {
  /** Is anything compressed? */
  readonly ok: boolean;
  readonly why: PdxVerdict;
  /** The PDX of a frame. Frames that have none of their own share that of another one. */
  toPdx(pfn: Word): Word;
  /** The frame of a PDX. */
  toPfn(pdx: Word): Word;
  /** How far into the direct map a byte lies: its PDX, and its place in the page. */
  toDirectMapOffset(address: Word): Word;
  /** The address of the byte at an offset into the direct map. */
  toAddress(offset: Word): Word;
  /** The region test: does every frame of these pages, from the byte at `start` on, have a PDX of its own, all of them side by side? */
  isCompressible(start: Word, pages: Word): boolean;
  /** The frame test: may this frame have a PDX of its own? It says nothing about RAM being there. */
  hasPdx(pfn: Word): boolean;
}
