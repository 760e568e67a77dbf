import { describe, it } from 'vitest';
import {
  alloc,
  allocDom,
  allocXen,
  domain,
  freeDom,
  freed,
  freedDirty,
  offline,
  offlineBroken,
  online,
  queryOffline,
  scrub,
} from '../../test/dsl/calls.ts';
import { given } from '../../test/dsl/given.ts';
import { host } from '../../test/dsl/host.ts';

const [EPERM, EINVAL] = [-1, -22];

describe('[OFF-1] the answers of offline_page', () => {
  const heap = given(host({ ram: [[0, 48]], reserved: [[4, 6]] }), freed(16, 2), domain(3));

  it('[OFF-1] a frame beyond the frame table: EINVAL', () => {
    heap.when(offline(64)).expect({ result: { errno: EINVAL, status: 0 } });
  });

  it("[OFF-1] the hypervisor's own: EPERM", () => {
    heap.when(offline(5)).expect({ result: { errno: EPERM, status: 0x7ff20108 }, frames: { 5: { state: 'outside' } } });
  });

  it('[OFF-1] not RAM: EINVAL', () => {
    heap.when(offline(48)).expect({ result: { errno: EINVAL, status: 2056 }, frames: { 48: { state: 'outside' } } });
  });

  it('[OFF-1] a free page leaves the heap at once', () => {
    heap.when(offline(16)).expect({ result: { errno: 0, status: 2 }, free: 3, offlined: [16] });
  });

  it('[OFF-1] again: the same answer, and nothing changes', () => {
    heap.when(offline(16), offline(16)).expect({ result: { errno: 0, status: 2 }, free: 3, offlined: [16] });
  });

  it('[OFF-1] an offlined page that turns out to be broken stays on its list', () => {
    heap
      .when(offline(16), offlineBroken(16))
      .expect({ result: { errno: 0, status: 8194 }, offlined: [16], broken: [], frames: { 16: { broken: true } } });
  });

  it('[OFF-1] a page with an owner is pending', () => {
    heap
      .when(allocDom(0, { domain: 3 }), offline(19))
      .expect({ result: { errno: 0, status: 3 * 65536 + 4096 + 4 }, frames: { 19: { state: 'offlining', owner: 3 } } });
  });

  it('[OFF-1] a broken one already answers 16', () => {
    heap
      .when(allocDom(0, { domain: 3 }), offlineBroken(19), offline(19))
      .expect({ results: [19, { errno: 0, status: 3 * 65536 + 4096 + 4 + 8192 }, { errno: 0, status: 16 }] });
  });

  it('[OFF-1] a page that carries the mark of the xen heap is pending', () => {
    heap.when(allocXen(0), offline(19)).expect({ result: { errno: 0, status: 0x7ff20104 } });
  });

  it('[OFF-1] an anonymous page is pending, though its status says that it failed', () => {
    heap.when(allocDom(0), offline(19)).expect({
      result: { errno: 0, status: 0x7ff40408 },
      frames: { 19: { state: 'offlining' }, 18: { state: 'free' } },
    });
  });

  it('[OFF-1] a broken anonymous page that is offlined again is no special case', () => {
    heap
      .when(allocDom(0), offlineBroken(19), offline(19))
      .expect({ result: { errno: 0, status: 0x7ff40408 }, frames: { 19: { broken: true } } });
  });

  it('[OFF-1] a page of a separate xen heap carries no mark: anonymous', () => {
    given(host({ xenHeap: [16, 32] }), freed(20), allocXen(0))
      .when(offline(20))
      .expect({ result: { errno: 0, status: 0x7ff40408 } });
  });

  it('[OFF-1] broken adds 8192', () => {
    heap.when(offlineBroken(16), allocDom(0), offlineBroken(17), allocXen(0), offlineBroken(19)).expect({
      results: [
        { errno: 0, status: 2 + 8192 },
        17,
        { errno: 0, status: 0x7ff40408 + 8192 },
        19,
        { errno: 0, status: 0x7ff20104 + 8192 },
      ],
    });
  });
});

describe('[OFF-2] the rest of a free block', () => {
  it('[OFF-2] is cut into the largest aligned blocks', () => {
    given(host(), freed(16, 4))
      .when(offline(21))
      .expect({
        lists: { 'z5 o0': '20', 'z5 o1': '22', 'z5 o2': '16', 'z5 o3': '24' },
        free: 15,
        zones: { z5: 15 },
        frames: { 21: { state: 'offlined' } },
      });
  });

  it('[OFF-2] from the bottom up', () => {
    // 16, then 18 to 19 and 20 to 23; 17 and 24 go; 25, 26, 28.
    given(host(), freed(16, 4), alloc(4), offline(17), offline(24))
      .when(freed(16, 4))
      .expect({ lists: { 'z5 o0': '25 16', 'z5 o1': '26 18', 'z5 o2': '28 20' }, offlined: [17, 24] });
  });

  it('[OFF-2] the first and the last page can go', () => {
    given(host(), freed(16, 2))
      .when(offline(16), offline(19))
      .expect({ lists: { 'z5 o0': '18 17' }, offlined: [16, 19] });
  });

  it('[OFF-2] pieces are not larger than the block was', () => {
    given(host({ maxOrder: 3 }), freed(16, 3), freed(24, 3))
      .when(offline(16))
      .expect({ lists: { 'z5 o0': '17', 'z5 o1': '18', 'z5 o2': '20', 'z5 o3': '24' } });
  });

  it('[OFF-2] the last page of a block leaves nothing', () => {
    given(host(), freed(16)).when(offline(16)).expect({ lists: {}, free: 0, zones: {} });
  });

  it('[OFF-2] pieces before the first dirty page are clean, it moves down in its own piece', () => {
    // Pages 22 and 23 of 16 to 23 are dirty.
    given(host(), freed(16, 2), freed(20, 1), freedDirty(22, 1))
      .when(offline(17))
      .expect({ lists: { 'z5 o0': '16', 'z5 o1': '18', 'z5 o2': '20/2' }, needScrub: [2] });
  });

  it('[OFF-2] a piece that ends right before the first dirty page is clean', () => {
    // Page 18 of 16 to 19 is dirty, and goes.
    given(host(), freed(16, 1), freedDirty(18), freed(19))
      .when(offline(18))
      .expect({ lists: { 'z5 o0': '19/0', 'z5 o1': '16' } });
  });

  it("[OFF-2] pieces behind it count as dirty from their start: the block's own place is carried, the marks are not looked at", () => {
    // Page 18 alone is dirty.
    given(host(), freed(16, 1), freedDirty(18), freed(19), freed(20, 2))
      .when(offline(20))
      .expect({ lists: { 'z5 o0': '21/0', 'z5 o1': '22/0', 'z5 o2': '16/2' }, dirty: [[18, 1]] });
  });

  it('[OFF-2] broken pages go to a list of their own, each at the tail', () => {
    given(host(), freed(16, 3))
      .when(offline(20), offlineBroken(18), offline(16), offlineBroken(22))
      .expect({ offlined: [20, 16], broken: [18, 22] });
  });

  it('[OFF-2] an offlined page is not allocated again, nor merged with', () => {
    given(host(), freed(16, 1), offline(16), alloc(0))
      .when(alloc(0), freed(17))
      .expect({ results: [null, undefined], lists: { 'z5 o0': '17' } });
  });
});

describe('[OFF-3] online_page', () => {
  it('[OFF-3] an offlined page comes back clean, and merges', () => {
    given(host(), freed(16, 2), offline(17), offline(30))
      .when(online(17))
      .expect({ result: { errno: 0, status: 2 }, lists: { 'z5 o2': '16' }, offlined: [], free: 4 });
  });

  it('[OFF-3] it leaves the middle of its list', () => {
    given(host(), freed(16, 3), offline(16), offline(18), offline(20))
      .when(online(18))
      .expect({ offlined: [16, 20] });
  });

  it('[OFF-3] an offlining page is in use again, and stays in the heap when it is freed', () => {
    given(host(), freed(16), allocDom(0), offline(16))
      .when(online(16))
      .expect({ result: { errno: 0, status: 2 }, frames: { 16: { state: 'in-use' } } })
      .when(freeDom(16))
      .expect({ free: 1, offlined: [] });
  });

  it('[OFF-3] an offlining page that is broken: EINVAL', () => {
    given(host(), freed(16), allocDom(0), offlineBroken(16))
      .when(online(16))
      .expect({ result: { errno: EINVAL, status: 8200 }, frames: { 16: { state: 'offlining' } } });
  });

  it('[OFF-3] a page that is not offline answers nothing', () => {
    given(host(), freed(16))
      .when(online(16))
      .expect({ result: { errno: 0, status: 0 }, free: 1 });
    given(host())
      .when(online(16))
      .expect({ result: { errno: 0, status: 0 } });
  });

  it('[OFF-3] a frame beyond the frame table: EINVAL', () => {
    given(host())
      .when(online(64))
      .expect({ result: { errno: EINVAL, status: 0 } });
  });
});

describe('[OFF-4] what looks wrong and is so', () => {
  const dirty = given(host(), freedDirty(16, 1), offline(16));

  it("[OFF-4] a page that goes offline dirty stays in the node's count: there is more to do for ever", () => {
    dirty
      .expect({ needScrub: [2], lists: { 'z5 o0': '17/0' } })
      .when(scrub(), scrub())
      .expect({ results: [true, true], needScrub: [1], lists: { 'z5 o0': '17' }, dirty: [] });
  });

  it('[OFF-4] and comes back as clean without a scrub', () => {
    dirty.when(scrub(), online(16)).expect({ lists: { 'z5 o1': '16' }, needScrub: [1], dirty: [] });
  });

  it('[OFF-4] putting an offlined broken page online stops with BUG', () => {
    given(host(), freed(16), offlineBroken(16))
      .when(online(16))
      .expect({ bug: 'BUG OFF-4', broken: [16] });
  });

  it('[OFF-4] also if it turned out to be broken after it was offlined', () => {
    given(host(), freed(16), offline(16), offlineBroken(16)).when(online(16)).expect({ bug: 'BUG OFF-4' });
  });
});

describe('[OFF-5] query_page_offline', () => {
  it('[OFF-5] a frame that is not RAM, or invalid: EINVAL', () => {
    given(host({ ram: [[0, 48]] }))
      .when(queryOffline(48), queryOffline(64))
      .expect({
        results: [
          { errno: EINVAL, status: 0 },
          { errno: EINVAL, status: 0 },
        ],
      });
  });

  it('[OFF-5] free or in use: 0; offlined: 2; broken: 16 more; offlining: 8', () => {
    given(host(), freed(16, 3), freed(40, 1), allocDom(0), allocDom(0), offline(16), offlineBroken(17), offline(40))
      .when(...[18, 41, 16, 17, 40].map(queryOffline))
      .expect({ results: [0, 0, 2, 18, 8].map((status) => ({ errno: 0, status })) });
  });

  it('[OFF-5] offlining and broken: 24', () => {
    given(host(), offlineBroken(40))
      .when(queryOffline(40))
      .expect({ result: { errno: 0, status: 24 } });
  });
});
