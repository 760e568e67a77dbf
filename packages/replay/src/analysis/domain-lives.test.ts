import { describe, expect, it } from 'vitest';
import { bytesOf, smallTimeline } from '../../test/small-timeline.ts';
import { atOnce } from '../timeline/stepwise.ts';
import { countCallsStepwise } from './call-counts.ts';
import { DomainLives, domainLives } from './domain-lives.ts';

const RECORDS = [
  { type: 'init_domheap_pages', ...bytesOf(256, 512) },
  { type: 'domain_create', domain: 7, maxPages: 100 },
  { type: 'alloc_domheap_pages', domain: 7, order: 2 },
  { type: 'domain_create', domain: 3, maxPages: 100 },
  { type: 'domain_kill', domain: 7 },
  { type: 'observe_digest', digest: '0000000000000000' },
  { type: 'relinquish_memory', domain: 7 },
  { type: 'domain_create', domain: 7, maxPages: 100 },
  { type: 'domain_kill', domain: 7 },
];

describe('the lives of domains', () => {
  it('[LIVES-1] from creation to the last page; an id that is used again has another one', async () => {
    const timeline = await smallTimeline(RECORDS);
    const lives = new DomainLives(timeline);
    timeline.walk(0, timeline.length, (record, { view }) => {
      lives.look(record, view);
      return true;
    });
    expect(lives.lives()).toEqual([
      { domain: 7, created: 2, killed: 5, gone: 7 },
      { domain: 3, created: 4, killed: null, gone: null },
      { domain: 7, created: 8, killed: 9, gone: 9 },
    ]);
  });

  it('[LIVES-2] without a look at the heap it is not known when they are gone', async () => {
    const timeline = await smallTimeline(RECORDS);
    expect(domainLives(timeline).map(({ created, killed, gone }) => [created, killed, gone])).toEqual([
      [2, 5, null],
      [4, null, null],
      [8, 9, null],
    ]);
  });

  it('[CALLS-1] calls are counted between edges, each once', async () => {
    const timeline = await smallTimeline(RECORDS);
    const groupOf = (type: string): number => (type === 'domain_create' ? 0 : 1);
    const counts = atOnce(countCallsStepwise(timeline, [0, 2, 2, 8, 9], 2, groupOf));
    expect(counts.map((row) => [...row])).toEqual([
      [1, 0, 2, 0],
      [1, 0, 4, 1],
    ]);
  });
});
