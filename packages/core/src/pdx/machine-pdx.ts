import type { HeapConfig, PdxScheme } from '../machine/heap-config.ts';
import type { Machine } from '../machine/machine.ts';
import type { MfnRange } from '../units/mfn.ts';
import type { ByteRange } from './byte-range.ts';
import { bytesOf } from './byte-range.ts';
import { MaskCompression } from './mask-compression.ts';
import { OffsetCompression } from './offset-compression.ts';
import { pdxLimits } from './pdx-limits.ts';
import type { PdxInput } from './registration.ts';

/** Sets a compression up from ranges of RAM. */
export function setUpPdx(scheme: Exclude<PdxScheme, 'none'>, input: PdxInput): MaskCompression | OffsetCompression {
  return scheme === 'mask' ? MaskCompression.setUp(input) : OffsetCompression.setUp(input);
}

/** What decides, beside the machine, on its frame table. */
export type PdxConfig = Pick<HeapConfig, 'pdx' | 'xenHeap'>;

/**
 * The frames that a machine's compression is set up from (PDX-4), rising: on x86 those of its nodes, which is what the
 * SRAT says; elsewhere the banks of RAM, what is set apart of them for the hypervisor or a separate xen heap included.
 */
export function pdxFrames(machine: Machine, xenHeap: MfnRange | null): readonly MfnRange[] {
  const { nodes, ram, reserved } = machine;
  if (pdxSource(machine) === 'machine.nodes') return disjoint(nodes.flatMap((node) => node.ranges));
  return disjoint([...ram, ...reserved, ...(xenHeap === null ? [] : [xenHeap])]);
}

/** Sorted, empty ones left out, overlapping ones made one. Those that touch stay apart: they are as they were told. */
function disjoint(ranges: readonly MfnRange[]): MfnRange[] {
  const found: MfnRange[] = [];
  for (const [first, end] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = found.at(-1);
    if (first >= end) continue;
    if (last !== undefined && first < last[1]) found[found.length - 1] = [last[0], Math.max(last[1], end)];
    else found.push([first, end]);
  }
  return found;
}

/** The key of a machine that says what its compression is set up from. */
export function pdxSource({ arch }: Machine): 'machine.nodes' | 'machine.ram' {
  return arch === 'x86_64' ? 'machine.nodes' : 'machine.ram';
}

/** Ranges of frames in bytes. */
export function inBytes(frames: readonly MfnRange[]): readonly ByteRange[] {
  return frames.map(([first, end]) => ({ start: bytesOf(BigInt(first)), size: bytesOf(BigInt(end - first)) }));
}

/** The compression of a machine; undefined without one. The base is 0, as in every boot log that tells of its compression. */
export function machinePdx(
  machine: Machine,
  { pdx, xenHeap }: PdxConfig,
): MaskCompression | OffsetCompression | undefined {
  if (pdx === 'none') return undefined;
  const { maxRanges } = pdxLimits(machine.arch);
  return setUpPdx(pdx, { ranges: inBytes(pdxFrames(machine, xenHeap)), base: 0n, maxRanges });
}
