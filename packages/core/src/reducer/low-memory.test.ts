import { describe, it } from 'vitest';
import { allocDom, claim, domain, domheap, freeDom, freed, heapInitLate } from '../../test/dsl/calls.ts';
import { given } from '../../test/dsl/given.ts';
import { host } from '../../test/dsl/host.ts';
import type { TestHeap } from '../../test/dsl/given.ts';

const PAGE = 4096;

/** A machine with this many free pages, at frame 2^20. */
function withFree(pages: number, lowMemVirq: number | null): TestHeap {
  return given(host({ frames: 2 ** 22, lowMemVirq }), domheap(2 ** 20, 2 ** 20 + pages));
}

describe('[VIRQ-1] the threshold of the low-memory interrupt', () => {
  it('[VIRQ-1] is 64 MiB by default', () => {
    withFree(20000, null)
      .when(heapInitLate)
      .expect({ result: { threshold: 16384, order: 14 } });
  });

  it('[VIRQ-1] by default half of what is free, if that is no more than 64 MiB; rounded down to a power of two', () => {
    withFree(1000, null)
      .when(heapInitLate)
      .expect({ result: { threshold: 256, order: 8 } });
    withFree(16384, null)
      .when(heapInitLate)
      .expect({ result: { threshold: 8192, order: 13 } });
  });

  it('[VIRQ-1] is what was asked for, rounded down to a power of two', () => {
    withFree(1000, 40 * PAGE)
      .when(heapInitLate)
      .expect({ result: { threshold: 32, order: 5 } });
  });

  it('[VIRQ-1] at most all that is free, which is not halved if it was asked for', () => {
    withFree(512, 600 * PAGE)
      .when(heapInitLate)
      .expect({ result: { threshold: 512, order: 9 } });
  });

  it('[VIRQ-1] at most 1 GiB', () => {
    withFree(2 ** 20, 2 ** 33)
      .when(heapInitLate)
      .expect({ result: { threshold: 2 ** 18, order: 18 } });
  });

  it('[VIRQ-1] at least a page', () => {
    withFree(100, 1000)
      .when(heapInitLate)
      .expect({ result: { threshold: 1, order: 0 } });
    given(host())
      .when(heapInitLate)
      .expect({ result: { threshold: 1, order: 0 } });
  });

  it('[VIRQ-1] 0 means none: a threshold of 0', () => {
    withFree(4, 0)
      .when(heapInitLate)
      .expect({ result: { threshold: 0, order: 0 }, virq: { threshold: 0, high: null, original: 0, order: 0 } });
  });

  it('[VIRQ-1] the threshold is the original one, without a high mark', () => {
    withFree(100, 40 * PAGE)
      .when(heapInitLate)
      .expect({ virq: { threshold: 32, high: null, original: 32, order: 5 } });
  });
});

describe('[VIRQ-2] the low-memory interrupt', () => {
  // 8 single free pages, a threshold of 4.
  const pages = [1, 2, 4, 6, 8, 10, 12, 14];
  const heap = given(host({ lowMemVirq: 4 * PAGE }), ...pages.map((mfn) => freed(mfn)), heapInitLate);

  it('[VIRQ-2] is raised at the threshold, and at its half again', () => {
    // Left: 7, 6, 5, 4 (raised), 3, 2 (raised), 1 (raised), 0 (raised).
    heap
      .when(...pages.map(() => allocDom(0)))
      .expect({ virqs: [0, 0, 0, 1, 0, 1, 1, 1], virq: { threshold: 1, high: 2, original: 4, order: 0 } });
  });

  it('[VIRQ-2] when it is raised the threshold halves, the high mark is twice the old threshold', () => {
    heap
      .when(allocDom(2), allocDom(0), allocDom(0), allocDom(0), allocDom(0))
      .expect({ virq: { threshold: 2, high: 8, original: 4, order: 1 } });
  });

  it('[VIRQ-2] below the first threshold too: 2 makes 1, with a high mark of 4', () => {
    heap
      .when(...Array.from({ length: 6 }, () => allocDom(0)))
      .expect({ virq: { threshold: 1, high: 4, original: 4, order: 0 } });
  });

  // Left: 2. The threshold is 1, the high mark 4.
  const low = heap.when(...Array.from({ length: 6 }, () => allocDom(0)));

  it('[VIRQ-2] at the high mark the threshold doubles, step by step, up to the original one', () => {
    // Order 0 takes 14, 12, 10, 8 from zone 4, then 6 and 4 from zone 3.
    low
      .when(freeDom(14), freeDom(12), freeDom(10), allocDom(0))
      .expect({ virqs: [0, 0, 0, 0], free: 4, virq: { threshold: 2, high: 8, original: 4, order: 1 } })
      .when(freeDom(14), freeDom(8), freeDom(6), freeDom(4), freeDom(20), allocDom(0))
      .expect({ free: 8, virq: { threshold: 4, high: null, original: 4, order: 2 } });
  });

  it('[VIRQ-2] below the high mark it stays', () => {
    low
      .when(freeDom(14), freeDom(12), allocDom(0))
      .expect({ free: 3, virq: { threshold: 1, high: 4, original: 4, order: 0 } });
  });

  it('[VIRQ-2] freeing alone moves nothing', () => {
    low
      .when(freeDom(14), freeDom(12), freeDom(10), freeDom(8))
      .expect({ virq: { threshold: 1, high: 4, original: 4, order: 0 } });
  });

  it('[VIRQ-2] what is claimed is not available', () => {
    heap.when(domain(1), claim(1, 3), allocDom(0)).expect({ virqs: [0, 0, 1], free: 7 });
  });

  it('[VIRQ-2] a threshold of 0 is reached when nothing is left', () => {
    withFree(4, 0)
      .when(heapInitLate, allocDom(0), allocDom(0), allocDom(0), allocDom(0))
      .expect({ virqs: [0, 0, 0, 0, 1], virq: { threshold: 0, high: 2, original: 0, order: 0 } });
  });

  it('[VIRQ-2] a failed allocation raises nothing', () => {
    heap.when(domain(1), claim(1, 8), allocDom(0)).expect({ result: null, virqs: [0, 0, 0] });
  });

  it('[VIRQ-2] while claims exceed what is free, nothing is raised', () => {
    // In 4.17 a claim shrinks when pages are assigned, after the check: 8 are claimed, 7 free.
    const older = given(host({ xen: '4.17', lowMemVirq: 4 * PAGE }), ...pages.map((mfn) => freed(mfn)), heapInitLate);
    older.when(domain(1), claim(1, 8), allocDom(0, { domain: 1 })).expect({ virqs: [0, 0, 0], claims: 7, free: 7 });
  });

  it('[VIRQ-2] and the high mark counts as reached', () => {
    const older = given(host({ xen: '4.17', lowMemVirq: 4 * PAGE }), ...pages.map((mfn) => freed(mfn)), heapInitLate);
    older
      .when(allocDom(0), allocDom(0), allocDom(0), allocDom(0))
      .expect({ virq: { threshold: 2, high: 8, original: 4, order: 1 } })
      .when(domain(1), claim(1, 4), allocDom(0, { domain: 1 }))
      .expect({ virqs: [0, 0, 0], virq: { threshold: 4, high: null, original: 4, order: 2 } });
  });
});
