import { observeNodes } from '@heaplay/core';
import type { MfnRange } from '@heaplay/core';
import { ReplaySession, importMachine, isObservation } from '@heaplay/replay';
import type { ImportOptions } from '@heaplay/replay';
import { loadTraceFile } from '@heaplay/replay/node';
import { describe, expect, it } from 'vitest';
import { corpusPath } from '../corpus.ts';
import { machineText } from './machines.ts';

/** The RAM of QEMU's machine `virt` begins at 1 GiB; how much there is, its name says. The log does not. */
const ARM64: ImportOptions = { ram: [{ start: 0x40000000, end: 0xc0000000 }] };
const ARM32: ImportOptions = { ram: [{ start: 0x40000000, end: 0x80000000 }] };

/** A boot that was recorded from outside, and what the hypervisor's console said in a boot of the same machine. */
const PAIRS: readonly (readonly [recording: string, log: string, options: ImportOptions])[] = [
  ['x86-2g', 'qemu-x86-2g.txt', {}],
  ['x86-2g-idle-scrub', 'qemu-x86-2g.txt', {}],
  ['x86-512m-core', 'qemu-x86-512m.txt', {}],
  ['arm64-2g', 'qemu-arm64-2g.txt', ARM64],
  ['arm64-2g-idle-scrub', 'qemu-arm64-2g.txt', ARM64],
  ['arm32-1g', 'qemu-arm32-1g.txt', ARM32],
];

function holds(ranges: readonly MfnRange[], [first, end]: MfnRange): boolean {
  return ranges.some(([from, to]) => from <= first && end <= to);
}

describe.each(PAIRS)('%s, recorded, and %s', (recording, log, options) => {
  it('[IMPORT-REC-1] the model ends with as many free pages in every zone as debug key H shows', async () => {
    const { header, table } = await loadTraceFile(corpusPath(`recordings/${recording}.4.17.heaplay.jsonl`));
    const session = ReplaySession.powerOn(header.machine, header.heap);
    for (const record of table.records()) if (!isObservation(record)) session.apply(record);
    const [node] = observeNodes(session.heap);
    const dump = importMachine(machineText(log), options).told.heapDumps.find(({ key }) => key === 'H');
    const shown = dump?.zones.filter(({ pages }) => pages > 0).map(({ zone, pages }) => [zone, pages]);
    expect(node?.zones).toEqual(shown);
  });

  it('[IMPORT-REC-2] the memory that was handed out lies in the banks that the log tells of, of the same architecture', async () => {
    const { header } = await loadTraceFile(corpusPath(`recordings/${recording}.4.17.heaplay.jsonl`));
    const { machine, heap } = importMachine(machineText(log), options);
    expect(header.machine.ram.filter((range) => !holds(machine.ram, range))).toEqual([]);
    expect([machine.arch, heap.mode, heap.xen, heap.paddrBits, heap.debug]).toEqual([
      header.machine.arch,
      header.heap.mode,
      header.heap.xen,
      header.heap.paddrBits,
      header.heap.debug,
    ]);
  });
});
