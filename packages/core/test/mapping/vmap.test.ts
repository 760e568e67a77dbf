import { describe, expect, it } from 'vitest';
import { goldenSequences } from './golden.ts';
import { VmapReplay } from './vmap-replay.ts';

const { header, sequences } = goldenSequences('vmap');

describe('the vmap area answers as the real one did', () => {
  it('the file is whole', () => {
    expect(sequences).toHaveLength(header.sequences);
  });

  it.each(sequences)('$seq', (sequence) => {
    expect(new VmapReplay().run(sequence)).toEqual(sequence.ops);
  });
});
