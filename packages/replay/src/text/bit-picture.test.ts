import { describe, expect, it } from 'vitest';
import { bitPicture } from './bit-picture.ts';

describe('a picture of bits', () => {
  it('has the highest bit first, and every eighth one labelled', () => {
    const picture = bitPicture('PFN', 18, (bit) => (bit < 12 ? 'b' : 'h'));
    expect(picture).toBe('bit  16       8       0\nPFN  hhhhhhbbbbbbbbbbbb\n');
  });

  it('leaves room for the label of its highest bit', () => {
    expect(bitPicture('PFN', 17, () => '.')).toBe('bit 16       8       0\nPFN  .................\n');
  });
});
