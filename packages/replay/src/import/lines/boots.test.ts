import { describe, expect, it } from 'vitest';
import { LINUX_BOOT, XEN_BOOT, splitBoots } from './boots.ts';
import { cleanLines } from './clean-lines.ts';

/** The first lines of the boots in a log. */
function firstLines(lines: readonly string[], marks = XEN_BOOT): readonly number[] {
  return splitBoots(cleanLines(lines.join('\n')), marks).map(({ first }) => first.number);
}

const BANNER = 'Xen version 4.17.5 (x)';
const MAP = ['Xen-e820 RAM map:', '[0, fff] (usable)'];
const BANKS = ['RAM: 0000000040000000 - 000000007fffffff', 'RAM: 0000000880000000 - 00000008ffffffff'];

describe('boots of a log', () => {
  it.each([
    ['one, x86: the banner comes first', [BANNER, ...MAP, 'x'], [1]],
    ['one, Arm: the banner comes last', ['Checking for initrd in /chosen', ...BANKS, 'MODULE[0]: 0', BANNER], [1]],
    ['two banners', [BANNER, ...MAP, BANNER, ...MAP], [1, 4]],
    ['the first one without its banner', [...MAP, 'x', BANNER, ...MAP], [1, 4]],
    ['no banner at all', [...MAP, ...MAP, ...MAP], [1, 3, 5]],
    [
      'Arm',
      ['Checking for initrd in /chosen', ...BANKS, BANNER, 'Checking for initrd in /chosen', ...BANKS, BANNER],
      [1, 5],
    ],
    ['Arm, only banks and what lies between', [...BANKS, 'MODULE[0]: 0', ...BANKS], [1, 4]],
    [
      'guests boot too',
      [BANNER, ...MAP, 'Linux version 6.1', 'BIOS-provided physical RAM map:', 'Linux version 6.1'],
      [1],
    ],
    ['a comment begins none', ['# Xen version 4.1', BANNER, '# x', ...MAP], [2]],
    ['banks go on behind a comment', ['RAM: 0000000040000000 - 0', '# x', 'RAM: 0000000080000000 - 0'], [1]],
    ['Xen as dom0 has it is no banner', [BANNER, 'Xen version: 4.17.7 (preserve-AD)'], [1]],
    ['none', ['# only'], []],
  ])('[IMPORT-BOOT-1] %s', (_, lines, expected) => {
    expect(firstLines(lines)).toEqual(expected);
  });

  it('[IMPORT-BOOT-2] of Linux', () => {
    const boot = ['Linux version 6.1', 'BIOS-provided physical RAM map:'];
    expect(firstLines([...boot, 'x', ...boot], LINUX_BOOT)).toEqual([1, 4]);
    expect(firstLines([...boot.slice(1), ...boot.slice(1)], LINUX_BOOT)).toEqual([1, 2]);
  });

  it('[IMPORT-BOOT-3] what is no log has none', () => {
    expect(firstLines([BANNER, BANNER], {})).toEqual([1]);
  });
});
