import { describe, expect, it } from 'vitest';
import { readXenOptions } from './command-line.ts';

describe("Xen's command line", () => {
  it.each([
    ['dma_bits=32', { dmaBits: 32 }],
    ['bootscrub=0', { bootScrub: 'off' }],
    ['no-bootscrub', { bootScrub: 'off' }],
    ['bootscrub', { bootScrub: 'on' }],
    ['bootscrub=idle', { bootScrub: 'idle' }],
    [
      'badpage=0x12345,0x20000-0x20003',
      {
        badPages: [
          [0x12345, 0x12345],
          [0x20000, 0x20003],
        ],
      },
    ],
    ['xenheap_megabytes=64', { xenheapMegabytes: 64 }],
    // Without a unit, KiB.
    ['low_mem_virq_limit=65536', { lowMemVirqLimit: 2 ** 26 }],
    ['low_mem_virq_limit=64M', { lowMemVirqLimit: 2 ** 26 }],
    ['low_mem_virq_limit=0', { lowMemVirqLimit: 0 }],
    ['mem=4G availmem=0x100M', { mem: 2 ** 32, availmem: 2 ** 28 }],
    ['scrub-domheap', { scrubDomheap: true }],
    ['scrub-domheap=no', { scrubDomheap: false }],
    ['no-pdx-compress', { pdxCompress: false }],
    ['numa=fake=4', { numa: 'fake=4' }],
    ['dom0_mem=2048M console=dtuart memory=1 __proto__=1 toString', {}],
    // The last one counts.
    ['dma_bits=30 dma_bits=31', { dmaBits: 31 }],
    ['', {}],
  ])('[IMPORT-OPTION-1] %s', (text, options) => {
    expect(readXenOptions(text)).toEqual({ options, bad: [] });
  });

  it.each(['dma_bits', 'dma_bits=many', 'bootscrub=maybe', 'mem=4X', 'badpage=0x1-', 'badpage=9-3', 'scrub-domheap=2'])(
    '[IMPORT-OPTION-2] %s is reported, not swallowed',
    (text) => {
      const { options, bad } = readXenOptions(`console=com1 ${text}`);
      expect(options).toEqual({});
      expect(bad).toEqual([{ option: text, expected: expect.any(String) }]);
    },
  );
});
