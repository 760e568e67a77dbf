import { describe, expect, it } from 'vitest';
import { cleanLines } from './clean-lines.ts';

/** What is left of a file: number, who wrote it, text. */
function cleaned(...lines: readonly string[]): readonly (readonly [number, string, string])[] {
  return cleanLines(lines.join('\n')).map(({ number, source, text }) => [number, source, text]);
}

const LINE = 'SRAT: Node 0 PXM 0 0-80000000';

describe('cleaning lines', () => {
  it.each([
    ['nothing around it', `(XEN) ${LINE}`],
    ['blanks before', `   (XEN) ${LINE}`],
    ['a carriage return', `(XEN) ${LINE}\r`],
    ['two of them', `(XEN) ${LINE}\r\r`],
    ["Xen's time since boot", `(XEN) [    0.123456] ${LINE}`],
    ["Xen's time since boot, in ms", `(XEN) [   12.345] ${LINE}`],
    ["Xen's ticks", `(XEN) [00000006bfcc0476] ${LINE}`],
    ["Xen's date", `(XEN) [2024-06-24 10:11:12] ${LINE}`],
    ["Xen's date, in ms", `(XEN) [2024-06-24 10:11:12.345] ${LINE}`],
    ['a date of the collector', `[2024-06-24T10:11:12.345Z] (XEN) ${LINE}`],
    ['dates without brackets', `2024-06-24T10:11:12.345678+02:00 (XEN) ${LINE}`],
    ['a CI job', `2024-06-24T10:11:12.345678Z 01O (XEN) ${LINE}`],
    ['a clock', `10:11:12.345 (XEN) ${LINE}`],
    ['a clock in brackets', `[10:11:12] (XEN) ${LINE}`],
    ['syslog', `Jun 24 10:11:12 host xenconsoled[123]: (XEN) ${LINE}`],
    ['syslog with a year', `2024-06-24T10:11:12+0200 host kernel: (XEN) ${LINE}`],
    ['dmesg -T', `[Mon Jun 24 10:11:12 2024] (XEN) ${LINE}`],
    ['a priority', `<6>(XEN) ${LINE}`],
    ['quoting', `> (XEN) ${LINE}`],
    ['much quoting', `> > >> (XEN) ${LINE}`],
    ['quoting in HTML', `&gt; &gt;(XEN) ${LINE}`],
    ['HTML', `<span class="x">(XEN)&nbsp;${LINE}</span><br/>`],
    ['colours', `\u001B[32m(XEN)\u001B[0m ${LINE}\u001B[K`],
    ['the prefix twice', `(XEN) (XEN) ${LINE}`],
    ['grep -n', `12:(XEN) ${LINE}`],
  ])('[IMPORT-LINE-1] %s', (_, line) => {
    expect(cleaned(line).at(-1)).toEqual([1, 'xen', LINE]);
  });

  it.each([
    ['Linux', `[    0.000000] ${LINE}`],
    ['Linux with a thread', `[    0.000000][    T0] ${LINE}`],
    ['syslog', `Jun 24 10:11:12 host kernel: [    0.000000] ${LINE}`],
    ['dmesg -e', `[  +0.000012] ${LINE}`],
    ['dmesg -d', `[    0.000012 <    0.000012>] ${LINE}`],
    ['a journal without times', `dom0 kernel: [    0.000000] ${LINE}`],
    ['dmesg -x', `kern  :info  : [    0.000000] ${LINE}`],
    ['/dev/kmsg', `<6>[    0.000000] ${LINE}`],
    ['dmesg -T', `[Mon Jun 24 10:11:12 2024] ${LINE}`],
    ['journalctl -o short-iso', `2024-06-24T10:11:12+0200 host kernel: ${LINE}`],
  ])('[IMPORT-LINE-2] not of the hypervisor: %s', (_, line) => {
    expect(cleaned(line)).toEqual([[1, 'other', LINE]]);
  });

  it('[IMPORT-LINE-3] what looks like a prefix and is none stays', () => {
    for (const line of [
      'RAM: 0000000080000000 - 00000000feffffff',
      '[0000000000000000, 000000000009fbff] (usable)',
      '0000000000000000 - 000000000009f800 (usable)',
      '#address-cells = <2>;',
      '<6>;',
      '1.5 GiB',
    ]) {
      expect(cleaned(line)).toEqual([[1, 'other', line]]);
    }
  });

  it("[IMPORT-LINE-4] two consoles on one line are taken apart, and a guest's line is not the hypervisor's", () => {
    expect(cleaned(`[    1.5] foo(XEN) ${LINE}`, `(XEN) (d1) ${LINE}`, '(XEN) ')).toEqual([
      [1, 'other', '[    1.5] foo'],
      [1, 'xen', LINE],
      [2, 'other', `(d1) ${LINE}`],
    ]);
  });

  it('[IMPORT-LINE-5] a comment is one, whatever it speaks of', () => {
    expect(cleaned(`# ${LINE}`, '> # quoted', '#')).toEqual([
      [1, 'comment', `# ${LINE}`],
      [2, 'comment', '# quoted'],
      [3, 'comment', '#'],
    ]);
  });
});

describe('quoted-printable leftovers', () => {
  it('[IMPORT-QP-1] escapes and folded lines, which keep the number of the first', () => {
    expect(
      cleaned(
        '(XEN) Command line: console=3Ddtuart =',
        'bootscrub=3D0=20',
        '(XEN) RAM: 0000000080000000 - 0000=',
        '0000feffffff',
      ),
    ).toEqual([
      [1, 'xen', 'Command line: console=dtuart bootscrub=0'],
      [3, 'xen', 'RAM: 0000000080000000 - 00000000feffffff'],
    ]);
  });

  it('[IMPORT-QP-2] a folded line that is quoted on both sides', () => {
    expect(cleaned('> (XEN) a=3Db', '> (XEN) SRAT: Node 0 PXM 0 =', '> 0-80000000').at(-1)).toEqual([2, 'xen', LINE]);
  });

  it('[IMPORT-QP-3] a fold without any other sign of the encoding: only where a line is full', () => {
    const full = `(XEN) Command line: ${'x'.repeat(55)}=`;
    expect(cleaned(full, 'yz')).toEqual([[1, 'xen', `Command line: ${'x'.repeat(55)}yz`]]);
    expect(cleaned('(XEN) short=', 'yz')).toEqual([
      [1, 'xen', 'short='],
      [2, 'other', 'yz'],
    ]);
  });

  it('[IMPORT-QP-5] blanks at the ends of lines', () => {
    expect(cleaned('(XEN) MODULE[0]: 0 - 1 Xen    =20')).toEqual([[1, 'xen', 'MODULE[0]: 0 - 1 Xen']]);
    expect(cleaned('a=20', 'b=20', 'c=20')).toEqual([
      [1, 'other', 'a'],
      [2, 'other', 'b'],
      [3, 'other', 'c'],
    ]);
    expect(cleaned('Command line: dma_bits=32')).toEqual([[1, 'other', 'Command line: dma_bits=32']]);
  });

  it('[IMPORT-QP-4] without the encoding, =20 is a value and = stands for itself', () => {
    const line = 'Command line: dom0_max_vcpus=20 console=dtuart';
    expect(cleaned(`(XEN) ${line}`)).toEqual([[1, 'xen', line]]);
    // Elsewhere in the file it is at work.
    expect(cleaned('a=3Db', `(XEN) ${line}`).at(-1)).toEqual([2, 'xen', line]);
  });
});

describe('lines that a mail program broke', () => {
  it.each([
    ['BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff]', 'usable'],
    ['(XEN)  [0000000000000000, 000000000009fbff]', '(usable)'],
    ['(XEN)  [0000000000000000,', '000000000009fbff] (usable)'],
    ['(XEN)  0000000000000000 - 000000000009fc00 (ACPI', 'data)'],
    ['> (XEN) SRAT: Node 0 PXM 0', '> [0000000000000000, 000000007fffffff]'],
    ['(XEN) SRAT: Node 0 PXM 0 [0000000000000000,', '000000007fffffff]'],
    ['ACPI: SRAT: Node 0 PXM 0 [mem', '0x00000000-0x7fffffff]'],
    ['(XEN) RAM: 0000000080000000 -', '00000000feffffff'],
  ])('[IMPORT-WRAP-1] %s', (first, second) => {
    const text = (line: string): string => line.replace('> ', '').replace('(XEN)', '').trim();
    expect(cleaned(first, second).map(([number, , line]) => [number, line])).toEqual([
      [1, `${text(first)} ${text(second)}`],
    ]);
  });

  it('[IMPORT-WRAP-3] banners and command lines, however often they were broken', () => {
    const lines = [
      '> (XEN) Xen version 4.10.1 (root@) (aarch64-linux-gnu-gcc (Linaro GCC',
      '> 7.3-2018.05) 7.3.1 20180425 [linaro-7.3-2018.05 revision',
      '> d29120]) debug=y  Tue Jul 3',
      '> (XEN) Command line: console=dtuart earlyprintk=xen sync_console dom0_mem=512M',
      '> bootscrub=0 console_to_ring',
      '> [    0.000000] Linux version 6.1',
    ];
    expect(cleaned(...lines).map(([number, , line]) => [number, line])).toEqual([
      [
        1,
        'Xen version 4.10.1 (root@) (aarch64-linux-gnu-gcc (Linaro GCC 7.3-2018.05) 7.3.1 20180425 [linaro-7.3-2018.05 revision d29120]) debug=y  Tue Jul 3',
      ],
      [4, 'Command line: console=dtuart earlyprintk=xen sync_console dom0_mem=512M bootscrub=0 console_to_ring'],
      [6, 'Linux version 6.1'],
    ]);
  });

  it('[IMPORT-WRAP-2] a whole line takes nothing in, and nothing is taken from the hypervisor', () => {
    expect(cleaned('(XEN)  [0000000000000000, 000000000009fbff] (usable)', 'usable')).toHaveLength(2);
    expect(cleaned('(XEN)  [0000000000000000, 000000000009fbff]', '(XEN) (usable)')).toHaveLength(2);
    expect(cleaned('(XEN) SRAT: Node 0 PXM 0', 'something else')).toHaveLength(2);
  });
});
