import { describe, expect, test } from 'vitest';
import { closestName, editDistance, suggestName } from './did-you-mean.ts';

describe('did you mean', () => {
  test('counts letters inserted, deleted, replaced and swapped', () => {
    expect(editDistance('order', 'order')).toBe(0);
    expect(editDistance('ordr', 'order')).toBe(1);
    expect(editDistance('oredr', 'order')).toBe(1);
    expect(editDistance('', 'abc')).toBe(3);
    expect(editDistance('kitten', 'sitting')).toBe(3);
  });

  test('finds the name that is closest, case and separators aside', () => {
    expect(closestName('alloc_domheap_page', ['alloc_xenheap_pages', 'alloc_domheap_pages'])).toBe(
      'alloc_domheap_pages',
    );
    expect(closestName('MAX-pages', ['maxPages', 'mapPages'])).toBe('maxPages');
  });

  test('finds nothing where nothing is close', () => {
    expect(closestName('colour', ['order', 'mfn'])).toBe(undefined);
    expect(suggestName('colour', ['order', 'mfn'])).toBe('known are order, mfn');
    expect(suggestName('mfm', ['order', 'mfn'])).toBe('did you mean "mfn"?');
  });
});
