import { PAGE_SIZE } from '@heaplay/core';
import { HEX, openRange } from '../lines/hex-range.ts';
import { NOTHING } from './fact.ts';
import type { FactBody } from './fact.ts';

type Reading = (match: RegExpExecArray) => FactBody | readonly FactBody[];

const KIB = 1024;
const PAGES_PER_KIB = KIB / PAGE_SIZE;

/** What the hypervisor tells of itself: a pattern, and what a line that fits it says. */
const LINES: readonly (readonly [RegExp, Reading])[] = [
  [
    /^Xen version (\d+(?:\.\d+)+)\S*.*?(?:\bdebug=([yn])\b|$)/i,
    ([, version = '', debug]) => ({
      kind: 'xen-version',
      version,
      debug: debug === undefined ? null : /y/i.test(debug),
    }),
  ],
  [/^Command line:\s*(.*)$/, ([, text = '']) => ({ kind: 'command-line', text: text === '<NULL>' ? '' : text })],
  [
    /^PFN compression on bits (\d+)\.\.\.(\d+)/,
    ([, first, last]) => ({
      kind: 'pdx',
      outcome: { scheme: 'mask', firstBit: Number(first), lastBit: Number(last) },
    }),
  ],
  [
    /^PFN compression using (?:PFN )?lookup table shift (\d+) and (?:PDX )?region size 0x([0-9a-f]+)/i,
    ([, shift, size = '']) => ({
      kind: 'pdx',
      outcome: { scheme: 'offset', shift: Number(shift), regionPages: Number.parseInt(size, 16) },
    }),
  ],
  [
    /^(?:PFN|PDX) compression (?:disabled|off)|not attempting PFN compression/i,
    () => ({ kind: 'pdx', outcome: { scheme: 'none' } }),
  ],
  [
    new RegExp(`^Xen heap: ${HEX}\\s?-\\s?${HEX} \\((\\d+) pages[^)]*\\)`, 'i'),
    ([, first = '', end = '', pages]) => ({
      kind: 'heap-size',
      heap: 'xen',
      pages: Number(pages),
      range: openRange(first, end),
    }),
  ],
  [
    /^Xen heap: (\d+) pages\s+Dom heap: (\d+) pages/,
    ([, xen, dom]) => [
      { kind: 'heap-size', heap: 'xen', pages: Number(xen), range: null },
      { kind: 'heap-size', heap: 'dom', pages: Number(dom), range: null },
    ],
  ],
  [
    /^(Xen|Dom(?:ain)?) heap: (?:\d+MB \((\d+)kB\)|(\d+) pages)/,
    ([, heap, kib, pages]) => ({
      kind: 'heap-size',
      heap: heap === 'Xen' ? 'xen' : 'dom',
      pages: kib === undefined ? Number(pages) : Math.floor(Number(kib) * PAGES_PER_KIB),
      range: null,
    }),
  ],
  [
    /^Domain heap initiali[sz]ed(?::?\s+DMA width (\d+) bits)?/,
    ([, bits]) => ({ kind: 'heap-initialised', dmaBits: Number(bits ?? 0) }),
  ],
  [/^System RAM: \d+MB \((\d+)kB\)/, ([, kib]) => ({ kind: 'system-ram', value: Number(kib) * KIB })],
  [/^Truncating memory map to (\d+)kB/, ([, kib]) => ({ kind: 'ram-limit', value: Number(kib) * KIB })],
  [
    /^Initial low memory virq threshold set at (?:0x([0-9a-f]+)|(\d+)) pages/i,
    ([, hex, decimal]) => ({
      kind: 'low-memory-threshold',
      value: hex === undefined ? Number(decimal) : Number.parseInt(hex, 16),
    }),
  ],
  [/^Brought up (\d+) CPUs/, ([, cpus]) => ({ kind: 'cpus', value: Number(cpus) })],
  [
    /^New Xen image base address: (?:0x)?([0-9a-f]+)/i,
    ([, base = '']) => ({ kind: 'xen-image', value: Number.parseInt(base, 16) }),
  ],
  [/^Scrubbing Free RAM in background/i, () => ({ kind: 'scrub', when: 'idle' })],
  [/^Scrubbing Free RAM/i, () => ({ kind: 'scrub', when: 'on' })],
  [/^Assertion '.*' failed at.*/, ([text]) => ({ kind: 'stop', text })],
  [/^Xen BUG at.*/, ([text]) => ({ kind: 'stop', text })],
  [/^Panic on CPU \d+:.*/, ([text]) => ({ kind: 'stop', text })],
];

/** What the hypervisor tells of itself: its version, its options, what it made of memory. */
export function readXenSays(text: string): readonly FactBody[] {
  for (const [pattern, reading] of LINES) {
    const match = pattern.exec(text);
    if (match !== null) return [reading(match)].flat();
  }
  return NOTHING;
}
