import { describe, expect, it } from 'vitest';
import { alloc, assign, domain, freeDom, freed, offline } from '../../test/dsl/calls.ts';
import { given } from '../../test/dsl/given.ts';
import { host } from '../../test/dsl/host.ts';
import { pageInfo } from '../query/page-info.ts';
import {
  FLAG_BROKEN,
  FLAG_LISTED,
  KIND_IN_USE,
  blockMeta,
  firstDirtyOf,
  flagsOf,
  kindOf,
  orderOf,
} from './block-record.ts';
import { NIL } from './block-table.ts';
import { openState } from './heap-reader.ts';
import { Transaction } from './transaction.ts';

describe('a block record', () => {
  it('[STATE-7] holds kind, order, flags and first dirty page apart from each other', () => {
    const meta = blockMeta(KIND_IN_USE, 18, FLAG_BROKEN | FLAG_LISTED, 2 ** 18 - 1);
    expect([kindOf(meta), orderOf(meta), flagsOf(meta), firstDirtyOf(meta)]).toEqual([
      KIND_IN_USE,
      18,
      FLAG_BROKEN | FLAG_LISTED,
      2 ** 18 - 1,
    ]);
    expect(firstDirtyOf(blockMeta(KIND_IN_USE, 3))).toBe(-1);
    expect(firstDirtyOf(blockMeta(KIND_IN_USE, 3, 0, 0))).toBe(0);
  });

  it('[STATE-7] keeps owner and links apart, beyond 32 bits too', () => {
    const tx = new Transaction(host({ frames: 2 ** 40, paddrBits: 52 }));
    const mfn = 2 ** 39 + 5;
    tx.blocks.write(mfn, blockMeta(KIND_IN_USE, 0), 0x7fef);
    tx.blocks.setPrevious(mfn, 0, 2 ** 40 - 2);
    tx.blocks.setNext(mfn, 0, 2 ** 32 - 1);
    expect([tx.blocks.previous(mfn, 0), tx.blocks.next(mfn, 0)]).toEqual([2 ** 40 - 2, 2 ** 32 - 1]);
    tx.blocks.setOwner(mfn, 0, 1);
    tx.blocks.setPrevious(mfn, 0, NIL);
    expect([tx.blocks.previous(mfn, 0), tx.blocks.next(mfn, 0)]).toEqual([NIL, 2 ** 32 - 1]);
    expect(tx.blocks.word1(mfn, 0) & 0xffff).toBe(1);
  });
});

describe('[STATE-1] every frame lies in exactly one block', () => {
  it.each([0, 8, 9, 17, 18])(
    '[STATE-1] a block of order %i is found by its first and last frame, and not beyond',
    (order) => {
      const mfn = 2 ** 19;
      const heap = openState(given(host({ frames: 2 ** 20 }), freed(mfn, order)).state);
      const last = mfn + 2 ** order - 1;
      expect(pageInfo(heap, mfn)).toMatchObject({ state: 'free', head: mfn, order });
      expect(pageInfo(heap, last)).toMatchObject({ state: 'free', head: mfn, order });
      expect([pageInfo(heap, mfn - 1).state, pageInfo(heap, last + 1).state]).toEqual(['outside', 'outside']);
    },
  );

  it('[STATE-1] a block that was whole is whole again when its parts are, whichever table they stood in', () => {
    const mfn = 2 ** 19;
    const whole = given(host({ frames: 2 ** 20 }), freed(mfn, 18));
    const cut = whole.when(alloc(0), alloc(8), alloc(9), alloc(17));
    expect(cut.results).toEqual([mfn + 2 ** 18 - 1, mfn + 2 ** 18 - 512, mfn + 2 ** 18 - 1024, mfn]);
    const again = cut.when(freed(mfn, 17), freed(mfn + 2 ** 18 - 1024, 9), freed(mfn + 2 ** 18 - 512, 8));
    expect(again.when(freed(mfn + 2 ** 18 - 1)).expect({ lists: { 'z20 o18': `${mfn}` } }).state.digest).toEqual(
      whole.state.digest,
    );
  });

  it.each([32, 35, 37, 39])('[STATE-1] page %i of a block is marked, and keeps its place on the page list', (mfn) => {
    given(host(), domain(1), assign(1, 20), assign(1, 32, 3), assign(1, 16))
      .when(offline(mfn))
      .expect({ pages: { 1: [20, 32, 33, 34, 35, 36, 37, 38, 39, 16] }, frames: { [mfn]: { state: 'offlining' } } });
  });

  it('[STATE-1] a part of a block that is given away keeps its place on the page list', () => {
    given(host(), freed(1), domain(1), assign(1, 32, 3), assign(1, 16))
      .when(freeDom(36, 1))
      .expect({ pages: { 1: [32, 33, 34, 35, 38, 39, 16] }, lists: { 'z1 o0': '1', 'z6 o1': '36' } });
  });
});
