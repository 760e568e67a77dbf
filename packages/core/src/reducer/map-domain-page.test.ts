import { describe, expect, it } from 'vitest';
import { allocDom, allocXen, domain, domheap, freeDom, freeXen, kill, xenheapMax } from '../../test/dsl/calls.ts';
import { given } from '../../test/dsl/given.ts';
import type { TestHeap } from '../../test/dsl/given.ts';
import { host } from '../../test/dsl/host.ts';
import {
  access,
  map,
  mapGlobal,
  toMfn,
  toVirt,
  unmap,
  unmapGlobal,
  vmap,
  vunmap,
} from '../../test/dsl/mapping-calls.ts';
import { EMPTY_DIRECTORY } from '../memory/word-directory.ts';
import { liveMappings, mappingsAt, mappingsOfBlock, mappingsOfFrame } from '../query/mappings.ts';
import type { Mapping } from '../query/mappings.ts';
import { openState } from '../state/heap-reader.ts';
import { stateDigest } from '../state/scratch-digest.ts';
import type { VirtualAddress } from '../units/mfn.ts';

const DIRECT = 0xffff_8300_0000_0000n;
const CACHE = 0xffff_8200_0000_0000n;
const VMAP_FIRST = 0xffff_82c0_0020_1000n;
const ARM_SLOTS = 0x8000_0000n;
const ARM_VMAP_FIRST = 0x1000_7000n;
const ARM_XEN_HEAP = 0x4000_0000n;

/** 64 frames, of which the last 16 are a separate xen heap. */
const arm32 = (debug = false): TestHeap => given(host({ xenHeap: [48, 64], debug, cpus: [0, 0] }), domheap(1, 48));
const x86 = (debug = false): TestHeap => given(host({ debug, cpus: [0, 0] }), domheap(1, 64));
const page = (start: bigint, pages: number): bigint => start + BigInt(pages) * 4096n;

function mappings(heap: TestHeap): Mapping[] {
  return [...liveMappings(openState(heap.state))];
}

describe('frames that are always mapped', () => {
  it('[MAP-1] [MODE-4] with a separate xen heap its frames are, by their place in it', () => {
    arm32()
      .when(toVirt(48), toVirt(63), toVirt(47), toMfn(page(ARM_XEN_HEAP, 15) + 9n), toMfn(page(ARM_XEN_HEAP, 16)))
      .expect({ results: [ARM_XEN_HEAP, page(ARM_XEN_HEAP, 15), null, 63, null] });
  });

  it('[MAP-1] else valid frames below the direct map’s end, by their PDX', () => {
    given(host({ directMapEnd: 60 }), domheap(1, 64))
      .when(toVirt(0), toVirt(59), toVirt(60), toMfn(page(DIRECT, 59)), toMfn(page(DIRECT, 60)), toVirt(64))
      .expect({ results: [DIRECT, page(DIRECT, 59), null, 59, null, null] });
    const far = 2 ** 24;
    const ram = [[0, 64] as const, [far, far + 64] as const];
    given(host({ arch: 'arm64', frames: far + 64, ram, pdx: 'mask', paddrBits: 48 }))
      .when(toVirt(far + 3), toMfn(page(0x8000_0000_0000n, 2 ** 18 + 3)), toVirt(2 ** 20))
      .expect({ results: [page(0x8000_0000_0000n, 2 ** 18 + 3), far + 3, null] });
  });

  it('[MODE-4] in MODE-3 they end with the frame that xenheap_max_mfn is called with', () => {
    given(host({ mode: 'direct-map-partial', xenheapMaxMfn: 40 }), xenheapMax(40), domheap(1, 64))
      .when(toVirt(40), toVirt(41))
      .expect({ results: [page(DIRECT, 40), null] });
  });

  it('[MODE-5] on demand xen-heap pages are, while they are allocated', () => {
    const heap = given(host({ mode: 'direct-map-on-demand' }), domheap(1, 64), allocXen(1), allocDom(0));
    const [xen, dom] = [62, 61];
    heap
      .expect({ results: [undefined, xen, dom] })
      .when(toVirt(xen + 1), toVirt(dom), access(page(DIRECT, xen)), freeXen(xen, 1), access(page(DIRECT, xen)))
      .expect({ results: [page(DIRECT, xen + 1), null, 'ok', undefined, 'not-mapped'] });
  });
});

describe('transient mappings', () => {
  it('[MAP-2] [ARM32MAP-5] on arm32 a slot of the CPU, whatever the frame', () => {
    arm32()
      .when(map(5), map(50), map(0x12345, { cpu: 1 }), toMfn(page(ARM_SLOTS, 50)))
      .expect({
        results: [page(ARM_SLOTS, 5), page(ARM_SLOTS, 50), page(ARM_SLOTS, 145 * 512 + 0x145), 50],
      });
  });

  it('[ARM32MAP-6] a full table stops Xen', () => {
    const frames = Array.from({ length: 1024 }, (_, slot) => map(slot * 512));
    arm32()
      .when(...frames, map(1024 * 512, { cpu: 1 }), map(1024 * 512))
      .expect({ bug: 'BUG ARM32MAP-6' });
  });

  it('[MAP-3] x86: the direct map in a release build, the domain’s map cache in a debug build or beyond', () => {
    x86()
      .when(map(5, { domain: 1 }))
      .expect({ result: page(DIRECT, 5) });
    x86(true)
      .when(map(5, { domain: 1, vcpu: 2 }), map(6, { domain: 2 }), map(7, { domain: 1 }), map(8))
      .expect({ results: [CACHE, CACHE, page(CACHE, 1), page(DIRECT, 8)] });
    given(host({ directMapEnd: 32, cpus: [0, 0] }), domheap(1, 64))
      .when(map(40, { cpu: 1 }), map(41), map(31), map(42, { domain: 7, vcpu: 1 }))
      .expect({ results: [CACHE, page(CACHE, 1), page(DIRECT, 31), CACHE] });
  });

  it('[MAP-4] arm64: the direct map where it reaches, else a slot', () => {
    given(host({ arch: 'arm64', directMapEnd: 32, debug: true }), domheap(1, 64))
      .when(map(5), map(40))
      .expect({ results: [page(0x8000_0000_0000n, 5), page(0xa01_0000_0000n, 40)] });
  });

  it('[MAP-9] an unmap means the mapping that its CPU made, though another one is newer', () => {
    const heap = x86(true).when(map(5, { domain: 1, cpu: 0 }), map(6, { domain: 2, cpu: 1 }), unmap(CACHE, 0));
    heap.expect({ results: [CACHE, CACHE, undefined] });
    expect(mappings(heap).map(({ mfn, domain: owner }) => [mfn, owner])).toEqual([[6, 2]]);
    // Unmapped on a CPU that made none: the newest of any.
    expect(mappings(heap.when(unmap(CACHE, 0)))).toEqual([]);
  });

  it('[MAP-9] on arm32 the slot counts: the address of a neighbour ends a mapping of it', () => {
    const heap = arm32(true).when(map(5), map(6), unmap(page(ARM_SLOTS, 7)), access(page(ARM_SLOTS, 5)));
    heap.expect({ result: 'not-mapped' });
    expect(mappings(heap).map(({ mfn, references }) => [mfn, references])).toEqual([[6, 1]]);
  });

  it.each([
    ['ARM32MAP-8', arm32, ARM_SLOTS],
    ['X86MAP-12', x86, CACHE],
    ['MAP-9', x86, 0xffff_82d0_8000_0000n],
  ] as const)(
    '[MAP-9] [ARM32MAP-8] [X86MAP-12] nothing is mapped there: %s in a debug build only',
    (rule, machine, va) => {
      machine(true)
        .when(unmap(va))
        .expect({ bug: `ASSERT ${rule}` });
      const release = machine(false);
      const after = release.when(unmap(va));
      after.expect({ result: undefined });
      expect(stateDigest(after.state)).toBe(stateDigest(release.state));
    },
  );

  it('[MAP-9] the null address is ignored, and one of the direct map that was not handed out', () => {
    x86(true).when(unmap(0n), unmap(DIRECT), unmapGlobal(0n), vunmap(0n)).expect({ result: undefined });
  });
});

describe('permanent mappings', () => {
  it('[MAP-5] map_domain_page_global: the direct map, or the vmap area; vmap: side by side', () => {
    x86()
      .when(mapGlobal(5), vmap([9, 7]), mapGlobal(6))
      .expect({ results: [page(DIRECT, 5), VMAP_FIRST, page(DIRECT, 6)] });
    x86(true)
      .when(mapGlobal(5), mapGlobal(5))
      .expect({ results: [VMAP_FIRST, page(VMAP_FIRST, 2)] });
    arm32()
      .when(
        mapGlobal(50),
        vmap([1, 2, 2 ** 39]),
        toMfn(page(ARM_VMAP_FIRST, 4)),
        unmapGlobal(ARM_VMAP_FIRST),
        mapGlobal(3),
      )
      .expect({ results: [ARM_VMAP_FIRST, page(ARM_VMAP_FIRST, 2), 2 ** 39, undefined, ARM_VMAP_FIRST] });
    x86()
      .when(vmap([9, 7]), vunmap(page(VMAP_FIRST, 1)), access(VMAP_FIRST), vunmap(VMAP_FIRST), access(VMAP_FIRST))
      .expect({ results: [VMAP_FIRST, undefined, 'ok', undefined, 'not-mapped'] });
  });

  it('[MAP-8] a place that was seen is taken over if it may be right', () => {
    arm32()
      .when(mapGlobal(1, { seen: 0x1002_0000n }), mapGlobal(2, { seen: 0x1002_2000n }), mapGlobal(3), vmap([4, 5]))
      .expect({ results: [0x1002_0000n, 0x1002_2000n, ARM_VMAP_FIRST, page(ARM_VMAP_FIRST, 2)] });
    const wrong = [0x1002_0800n, 0x1002_1000n, 0x1000_0000n, 0x4000_0000n, 0xfff_f000n, 0n];
    for (const seen of wrong) {
      arm32()
        .when(mapGlobal(1, { seen: 0x1002_0000n }), mapGlobal(2, { seen }))
        .expect({ result: ARM_VMAP_FIRST });
    }
    // What lies in the direct map is no matter of who came first.
    x86()
      .when(mapGlobal(5, { seen: page(DIRECT, 6) }))
      .expect({ result: page(DIRECT, 5) });
  });
});

describe('what is mapped', () => {
  it('[MAP-6] is told by frame and by address: how often, how long, and who', () => {
    const heap = x86(true).when(
      map(5, { domain: 1, vcpu: 1, cpu: 1 }),
      mapGlobal(5),
      map(5),
      map(5, { cpu: 1 }),
      map(6, { domain: 2 }),
      vmap([2 ** 30]),
    );
    const cached = {
      va: CACHE,
      mfn: 5,
      kind: 'map-cache',
      permanent: false,
      references: 1,
      cpu: 1,
      domain: 1,
      vcpu: 1,
    };
    const global = {
      va: VMAP_FIRST,
      mfn: 5,
      kind: 'vmap',
      permanent: true,
      references: 1,
      cpu: 0,
      domain: null,
      vcpu: null,
    };
    const direct = {
      va: page(DIRECT, 5),
      mfn: 5,
      kind: 'direct-map',
      permanent: false,
      references: 2,
      cpu: 1,
      domain: null,
      vcpu: null,
    };
    const reader = openState(heap.state);
    expect(mappingsOfFrame(reader, 5)).toEqual([global, cached, direct]);
    expect(mappingsOfFrame(reader, 7)).toEqual([]);
    const at = (va: bigint): Mapping[] => mappingsAt(reader, va as VirtualAddress);
    expect(at(CACHE + 17n).map(({ mfn, domain: owner }) => [mfn, owner])).toEqual([
      [6, 2],
      [5, 1],
    ]);
    expect([at(VMAP_FIRST), at(page(DIRECT, 5)), at(page(DIRECT, 6)), at(page(VMAP_FIRST, 1)), at(0n)]).toEqual([
      [global],
      [direct],
      [],
      [],
      [],
    ]);
    expect([...mappingsOfBlock(reader, 4, 1)].map(({ mfn }) => mfn)).toEqual([5, 5, 5]);
    expect([...mappingsOfBlock(reader, 8, 3)]).toEqual([]);
    expect(mappings(heap).map(({ mfn }) => mfn)).toEqual([5, 5, 5, 6, 2 ** 30]);
    heap.expect({});
  });

  it('[MAP-6] a use of the direct map is counted for a moment and for good apart', () => {
    const va = page(DIRECT, 5);
    const heap = x86().when(map(5), mapGlobal(5), map(5), unmap(va), unmapGlobal(va));
    expect(mappings(heap)).toMatchObject([{ permanent: false, references: 1 }]);
    const none = heap.when(unmap(va), unmap(va), unmapGlobal(va));
    expect(mappings(none)).toEqual([]);
    expect(stateDigest(none.state)).toBe(stateDigest(x86().state));
  });

  it('[X86MAP-1] a domain that takes a used id has a map cache of its own', () => {
    const heap = given(
      host({ debug: true }),
      domain(1),
      map(5, { domain: 1 }),
      map(6, { domain: 1 }),
      kill(1),
      domain(1),
    );
    expect(mappings(heap)).toEqual([]);
    heap.when(map(7, { domain: 1 })).expect({ result: CACHE });
  });

  it('[MAP-7] the base of a direct map follows from the first RAM, on Arm rounded down to 1 GiB', () => {
    const ram = [[0x48_000, 0x48_100] as const];
    const va = page(0x8000_0000_0000n, 0x8000);
    given(host({ arch: 'arm64', frames: 0x48_100, ram, paddrBits: 48 }))
      .when(toVirt(0x48_000), toMfn(va), toVirt(0x3ffff))
      .expect({ results: [va, 0x48_000, null] });
    given(host({ arch: 'riscv64' }))
      .when(toVirt(1))
      .expect({ result: page(0x32_0000_0000n, 1) });
    given(host({ arch: 'ppc64' }))
      .when(vmap([1]))
      .expect({ result: page(0xc010_0000_0000_0000n, 9) });
    given(host({ arch: 'x86_64', xenHeap: [16, 32] }))
      .when(toVirt(17))
      .expect({ result: page(DIRECT, 1) });
  });

  it('[MAP-10] an access says why it faults', () => {
    x86(true)
      .when(
        map(5, { domain: 1, cpu: 1 }),
        access(CACHE + 5n, 1, true),
        access(CACHE, 0),
        access(page(CACHE, 1)),
        access(page(DIRECT, 63)),
        access(page(DIRECT, 64)),
        access(VMAP_FIRST),
        access(0n),
      )
      .expect({
        results: [CACHE, 'ok', 'other-cpu', 'not-mapped', 'ok', 'beyond-direct-map', 'not-mapped', 'no-such-area'],
      });
  });

  it('[MAP-11] a mapping keeps no frame from being freed, and heap calls open no second memory', () => {
    const heap = x86().when(allocDom(0), freeDom(63));
    expect(heap.state.mappings).toBe(EMPTY_DIRECTORY);
    const mapped = x86().when(allocDom(0), map(63), freeDom(63), access(page(DIRECT, 63)));
    mapped.expect({ result: 'ok', free: 63 });
    expect(mappings(mapped)).toMatchObject([{ mfn: 63, references: 1 }]);
    expect(stateDigest(mapped.state)).not.toBe(stateDigest(heap.state));
    const { mappings: before } = mapped.state;
    expect(mapped.when(allocDom(0)).state.mappings).toBe(before);
  });
});
