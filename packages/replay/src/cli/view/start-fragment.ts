import { InvalidArgumentError } from 'commander';

/**
 * What the page begins with, as the value of an option: what stands behind `#` in its address, with or without the `#`.
 * Throws commander's `InvalidArgumentError`.
 */
export function parseFragment(text: string): string {
  const fragment = text.replace(/^#/, '');
  if (
    /^[\w.~!$'()*+,;:@/?%-]+=[\w.~!$'()*+,;:@/?%-]*(&[\w.~!$'()*+,;:@/?%-]+=[\w.~!$'()*+,;:@/?%-]*)*$/.test(fragment)
  ) {
    return fragment;
  }
  throw new InvalidArgumentError('Expected what stands behind # in the address of the viewer, as in record=792.');
}
