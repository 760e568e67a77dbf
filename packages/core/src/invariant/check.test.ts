import { describe, expect, it } from 'vitest';
import { allocDom, assign, claim, domain, freed, freedDirty, offline, offlineBroken } from '../../test/dsl/calls.ts';
import { given } from '../../test/dsl/given.ts';
import { host } from '../../test/dsl/host.ts';
import {
  FLAG_EXTRA,
  FLAG_LISTED,
  FLAG_OFFLINING,
  KIND_FREE,
  KIND_FREE_PART,
  KIND_IN_USE,
  KIND_OFFLINED,
  KIND_OUTSIDE,
  blockMeta,
} from '../state/block-record.ts';
import { NIL } from '../state/block-table.ts';
import { Transaction } from '../state/transaction.ts';
import { checkInvariants } from './check.ts';
import type { InvariantName } from './violation.ts';

/**
 * Node 0: 16 to 19 free, 24, 26 and 30 free, 28 and 29 free and dirty; 12 and 14 offline, 13 in use without owner.
 * Domain 1: 40, 41 and 44, and 48 as an extra page; it claims 2 pages.
 */
const healthy = given(
  host({ nodes: [[[0, 32]], [[32, 64]]] }),
  freed(48),
  domain(1),
  allocDom(0, { domain: 1, flags: ['no_refcount'] }),
  freed(12),
  offline(12),
  freed(14),
  offline(14),
  freed(10),
  offlineBroken(10),
  freed(16, 2),
  freed(30),
  freed(26),
  freed(24),
  freedDirty(28, 1),
  assign(1, 40, 1),
  assign(1, 44),
  claim(1, 5),
).state;

const SPARE = blockMeta(KIND_IN_USE, 0);

interface Corruption {
  readonly what: string;
  readonly name: InvariantName;
  readonly message: string;
  readonly corrupt: (tx: Transaction) => void;
}

const CORRUPTIONS: readonly Corruption[] = [
  {
    what: 'a block within another one',
    name: 'one-block-per-frame',
    message: 'block 0x11 overlaps the one that ends at 0x14',
    corrupt: (tx) => tx.blocks.write(17, SPARE, 0),
  },
  {
    what: 'a block that another one hides',
    name: 'one-block-per-frame',
    message: 'block 0x10 of order 2 is not found by its last frame',
    corrupt: (tx) => tx.blocks.write(19, SPARE, 0),
  },
  {
    what: 'frames without block',
    name: 'one-block-per-frame',
    message: 'no block holds the frames 0x10–0x14',
    corrupt: (tx) => tx.blocks.clear(16, 2),
  },
  {
    what: 'frames without block at the end of a chunk',
    name: 'one-block-per-frame',
    message: 'no block holds the frames from 0x20000 on',
    corrupt: (tx) => tx.blocks.clear(2 ** 17, 17),
  },
  {
    what: 'frames of the fine table that the middle one does not know',
    name: 'one-block-per-frame',
    message: 'the middle table does not know that 0x10 is split',
    corrupt: (tx) => tx.blocks.clear(0, 9),
  },
  {
    what: 'a block out of alignment',
    name: 'alignment',
    message: 'block 0x31 of order 1 is not aligned',
    corrupt: (tx) => tx.blocks.write(49, blockMeta(KIND_OUTSIDE, 1), 0),
  },
  {
    what: 'a part of a free block out of alignment, in a version that keeps alignment',
    name: 'alignment',
    message: 'free block at 0x18 is not aligned, and this version keeps alignment',
    corrupt: (tx) => tx.blocks.write(24, blockMeta(KIND_FREE_PART, 0), 5),
  },
  {
    what: 'a link back that is wrong',
    name: 'list-links',
    message: '0x1a of order 0 does not point back to 0x18',
    corrupt: (tx) => tx.blocks.setPrevious(26, 0, NIL),
  },
  {
    what: 'a list that ends too early',
    name: 'list-links',
    message: 'list 0/5/0 counts 3 blocks, its links reach 2',
    corrupt: (tx) => tx.blocks.setNext(26, 0, NIL),
  },
  {
    what: 'a list that runs in a circle',
    name: 'list-links',
    message: 'list 0/5/0 counts 3 blocks, its links reach 4',
    corrupt: (tx) => tx.blocks.setNext(30, 0, 24),
  },
  {
    what: 'a list whose end is not its last block',
    name: 'list-links',
    message: 'list 0/5/0 does not end at its last block',
    corrupt: (tx) => tx.blocks.setNext(26, 0, NIL),
  },
  {
    what: 'a zone that says an order is empty',
    name: 'list-links',
    message: 'zone 0/5 has the wrong bit for order 2',
    corrupt: (tx) => tx['memory'].put(tx.platform.memory.lists + 5 * 32 + 31, 2, 0b011),
  },
  {
    what: 'a zone that says an empty order has blocks',
    name: 'list-links',
    message: 'zone 0/5 has the wrong bit for order 3',
    corrupt: (tx) => tx['memory'].put(tx.platform.memory.lists + 5 * 32 + 31, 2, 0b1111),
  },
  {
    what: 'a node that says a zone has no free pages',
    name: 'counts',
    message: 'node 0 has the wrong bit for zone 5',
    corrupt: (tx) => tx['memory'].put(tx.platform.memory.lists + tx.platform.zones * 32, 0, 0),
  },
  {
    what: 'a page list whose link back is wrong',
    name: 'list-links',
    message: '0x2c of d1 does not point back',
    corrupt: (tx) => tx.blocks.setPrevious(44, 0, NIL),
  },
  {
    what: 'a page list whose end is not its last block',
    name: 'list-links',
    message: 'a page list of d1 does not end at its last block',
    corrupt: (tx) => Object.assign(tx.domain(1)?.pages ?? {}, { last: 40 }),
  },
  {
    what: 'a page list that runs in a circle',
    name: 'list-links',
    message: '0x28 stands on a page list of d1 twice',
    corrupt: (tx) => tx.blocks.setNext(44, 0, 40),
  },
  {
    what: 'a free block on no list',
    name: 'list-membership',
    message: 'free block 0x1a stands on no list of its order',
    corrupt: (tx) => tx.lists.remove(0, 5, 0, 26),
  },
  {
    what: 'a block on a free list that is in use',
    name: 'list-membership',
    message: '0x1a stands on the free list 0/5/0 but is not free',
    corrupt: (tx) => tx.blocks.setMeta(26, SPARE),
  },
  {
    what: 'a block on the list of another zone',
    name: 'zone-and-node',
    message: 'block 0x1a of order 0 stands in zone 6 but lies elsewhere',
    corrupt: (tx) => {
      tx.lists.remove(0, 5, 0, 26);
      tx.lists.insertFirst(0, 6, 0, 26, blockMeta(KIND_FREE, 0));
    },
  },
  {
    what: 'a block on the list of another node',
    name: 'zone-and-node',
    message: 'block 0x1a of order 0 stands on node 1 but lies elsewhere',
    corrupt: (tx) => {
      tx.lists.remove(0, 5, 0, 26);
      tx.lists.insertFirst(1, 5, 0, 26, blockMeta(KIND_FREE, 0));
    },
  },
  {
    what: "a zone's count",
    name: 'counts',
    message: 'node 0 zone 5 counts 10 pages, its lists hold 9',
    corrupt: (tx) => tx.lists.addZonePages(0, 5, 1),
  },
  {
    what: "a node's count",
    name: 'counts',
    message: 'node 0 counts 8 free pages, its lists hold 9',
    corrupt: (tx) => tx.node(0).freePages--,
  },
  {
    what: "the heap's count",
    name: 'counts',
    message: 'the heap counts 10 free pages, the nodes have 9',
    corrupt: (tx) => tx.totals.freePages++,
  },
  {
    what: 'a node that has pages but no heap',
    name: 'counts',
    message: 'node 0 has pages but no list heads',
    corrupt: (tx) => Object.assign(tx.node(0), { ready: false }),
  },
  {
    what: 'a dirty page in a clean block',
    name: 'dirty',
    message: 'page 0x12 is dirty before the first dirty page of its block 0x10',
    corrupt: (tx) => {
      tx.dirty.assign(18, 0, true);
      tx.node(0).needScrub++;
    },
  },
  {
    what: 'a dirty page before the first dirty page of its block',
    name: 'dirty',
    message: 'page 0x1c is dirty before the first dirty page of its block 0x1c',
    corrupt: (tx) => tx.blocks.setMeta(28, (tx.blocks.metaAt(28, 1) & 0x1fff) | (2 << 13)),
  },
  {
    what: 'a count of pages to scrub that is too low',
    name: 'dirty',
    message: 'node 0 counts 1 pages to scrub, 2 are dirty',
    corrupt: (tx) => tx.node(0).needScrub--,
  },
  {
    what: 'a claim below 0',
    name: 'claims',
    message: 'd1 claims -1 pages',
    corrupt: (tx) => {
      Object.assign(tx.domain(1) ?? {}, { outstandingPages: -1 });
      tx.totals.claims = -1;
    },
  },
  {
    what: 'claims that do not add up',
    name: 'claims',
    message: 'the heap counts 3 claimed pages, the domains claim 2',
    corrupt: (tx) => tx.totals.claims++,
  },
  {
    what: "a domain's count of extra pages",
    name: 'domains',
    message: 'd1 counts 2 extra pages, its list holds 1',
    corrupt: (tx) => Object.assign(tx.domain(1) ?? {}, { extraPages: 2 }),
  },
  {
    what: "a domain's total",
    name: 'domains',
    message: 'd1 counts 5 pages, its lists hold 4',
    corrupt: (tx) => Object.assign(tx.domain(1) ?? {}, { totalPages: 5 }),
  },
  {
    what: 'a listed block without owner',
    name: 'domains',
    message: 'block 0x2c stands on a page list but has no owner',
    corrupt: (tx) => tx.blocks.setOwner(44, 0, 0),
  },
  {
    what: "a block on a list that is another's",
    name: 'domains',
    message: 'block 0x2c stands on a page list of d1 but is not its own',
    corrupt: (tx) => tx.blocks.setOwner(44, 0, 3),
  },
  {
    what: 'an extra page on the ordinary list',
    name: 'domains',
    message: 'block 0x2c stands on the wrong list of d1',
    corrupt: (tx) => tx.blocks.setMeta(44, blockMeta(KIND_OUTSIDE, 0, FLAG_LISTED | FLAG_EXTRA)),
  },
  {
    what: 'a block that says it is listed and is not',
    name: 'domains',
    message: 'd1 has 5 pages that say they are listed, its lists hold 4',
    corrupt: (tx) => tx.blocks.write(13, blockMeta(KIND_IN_USE, 0, FLAG_LISTED), 2),
  },
  {
    what: 'an offlined page on no list',
    name: 'offline-lists',
    message: 'page 0xd is offlined, its list says otherwise',
    corrupt: (tx) => tx.blocks.write(13, blockMeta(KIND_OFFLINED, 0), 0),
  },
  {
    what: 'a page on a list that is not offlined',
    name: 'offline-lists',
    message: 'page 0xe is not offlined, its list says otherwise',
    corrupt: (tx) => tx.blocks.write(14, SPARE, 0),
  },
  {
    what: 'a list of offlined pages that runs in a circle',
    name: 'offline-lists',
    message: 'page 0xc stands on the lists of offlined pages twice',
    corrupt: (tx) => tx.blocks.setNext(14, 0, 12),
  },
  {
    what: 'a list of offlined pages whose end is not its last page',
    name: 'offline-lists',
    message: 'a list of offlined pages does not end at 0xc',
    corrupt: (tx) => Object.assign(tx.offlined, { last: 12 }),
  },
  {
    what: 'an offlined block of several pages',
    name: 'offline-lists',
    message: 'offlined block 0x38 has order 3',
    corrupt: (tx) => tx.blocks.write(56, blockMeta(KIND_OFFLINED, 3), 0),
  },
  {
    what: 'a block of several pages that is marked as offlining',
    name: 'offline-lists',
    message: 'block 0x38 of order 3 is marked as offlining',
    corrupt: (tx) => tx.blocks.write(56, blockMeta(KIND_OUTSIDE, 3, FLAG_OFFLINING), 0),
  },
  {
    what: 'an offlined page that is marked as offlining still',
    name: 'offline-lists',
    message: 'block 0xe of order 0 is marked as offlining',
    corrupt: (tx) => tx.blocks.setMeta(14, blockMeta(KIND_OFFLINED, 0, FLAG_OFFLINING)),
  },
];

const NAMES: readonly InvariantName[] = [
  'one-block-per-frame',
  'alignment',
  'list-links',
  'list-membership',
  'zone-and-node',
  'counts',
  'dirty',
  'claims',
  'domains',
  'offline-lists',
];

describe('[STATE-1] every invariant can be broken, and is reported under its name', () => {
  it('[STATE-1] the state that is corrupted below was sound', () => {
    expect(checkInvariants(healthy)).toEqual([]);
  });

  it.each(CORRUPTIONS)('[STATE-1] $name: $what', ({ name, message, corrupt }) => {
    const tx = new Transaction(healthy);
    corrupt(tx);
    expect(checkInvariants(tx.commit())).toContainEqual({ invariant: name, message });
  });

  it('[STATE-1] digest: words that were written past the incremental digest', () => {
    const found = checkInvariants({ ...healthy, digest: [1, 2] });
    expect(found.map(({ invariant }) => invariant)).toEqual(['digest']);
  });

  it('[STATE-1] there is a corruption for every other invariant', () => {
    expect(new Set(CORRUPTIONS.map(({ name }) => name))).toEqual(new Set(NAMES));
  });
});
