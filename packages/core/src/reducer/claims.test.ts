import { describe, it } from 'vitest';
import { allocDom, claim, domain, freed, kill, setMax } from '../../test/dsl/calls.ts';
import { given } from '../../test/dsl/given.ts';
import { host } from '../../test/dsl/host.ts';

const [ENOMEM, EINVAL] = [-12, -22];

describe('[CLAIM-1] domain_set_outstanding_pages', () => {
  // 8 pages are free; domain 1 has 2 of the 10, domain 2 none.
  const heap = given(
    host(),
    freed(16, 3),
    freed(32, 1),
    domain(1, { maxPages: 9 }),
    domain(2),
    allocDom(1, { domain: 1 }),
  );

  it('[CLAIM-1] claims what is missing between what a domain has and what it wants to have', () => {
    heap.when(claim(1, 6)).expect({ result: 0, claims: 4, domains: { 1: { outstandingPages: 4 } } });
  });

  it('[CLAIM-1] 0 cancels the claim', () => {
    heap
      .when(claim(1, 6), claim(2, 3), claim(1, 0))
      .expect({ results: [0, 0, 0], claims: 3, domains: { 1: { outstandingPages: 0 }, 2: { outstandingPages: 3 } } });
  });

  it('[CLAIM-1] 0 without a claim is no error', () => {
    heap.when(claim(1, 0)).expect({ result: 0, claims: 0 });
  });

  it('[CLAIM-1] a second claim is EINVAL, and the first one stands', () => {
    heap.when(claim(1, 6), claim(1, 8)).expect({ results: [0, EINVAL], claims: 4 });
  });

  it('[CLAIM-1] no more than the domain has is EINVAL', () => {
    heap.when(claim(1, 2), claim(1, 3)).expect({ results: [EINVAL, 0], claims: 1 });
  });

  it('[CLAIM-1] above its maximum is EINVAL, its maximum is not', () => {
    heap.when(claim(1, 10), claim(1, 9)).expect({ results: [EINVAL, 0], claims: 7 });
  });

  it('[CLAIM-1] all that is unclaimed can be claimed, one page more is ENOMEM', () => {
    heap
      .when(claim(1, 5), claim(2, 6), claim(2, 5))
      .expect({ results: [0, ENOMEM, 0], claims: 8, domains: { 2: { outstandingPages: 5 } } });
  });

  it('[CLAIM-1] extra pages are not what a domain has', () => {
    heap
      .when(allocDom(1, { domain: 2, flags: ['no_refcount'] }), claim(2, 2))
      .expect({ result: 0, domains: { 2: { totalPages: 2, extraPages: 2, outstandingPages: 2 } } });
  });

  it('[CLAIM-1] a maximum lowered below what a domain has leaves nothing to claim', () => {
    heap.when(setMax(1, 1), claim(1, 3)).expect({ result: EINVAL });
  });

  it('[CLAIM-1] a new domain of an id that had a claim begins without one', () => {
    heap
      .when(claim(2, 3), kill(2), domain(2))
      .expect({ claims: 0, domains: { 2: { outstandingPages: 0, dying: false } } });
  });
});
