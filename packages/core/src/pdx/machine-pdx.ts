import type { PdxScheme } from '../machine/heap-config.ts';
import type { Machine } from '../machine/machine.ts';
import type { MfnRange } from '../units/mfn.ts';
import type { ByteRange } from './byte-range.ts';
import { bytesOf } from './byte-range.ts';
import { MaskCompression } from './mask-compression.ts';
import { OffsetCompression } from './offset-compression.ts';
import type { PdxCompression } from './pdx-compression.ts';
import { pdxLimits } from './pdx-limits.ts';
import type { PdxInput } from './registration.ts';

/** Sets a compression up from ranges of RAM. */
export function setUpPdx(scheme: Exclude<PdxScheme, 'none'>, input: PdxInput): MaskCompression | OffsetCompression {
  return scheme === 'mask' ? MaskCompression.setUp(input) : OffsetCompression.setUp(input);
}

/**
 * The frames that a machine's compression is set up from (PDX-4): on x86 those of its nodes, which is what the SRAT says;
 * elsewhere the banks of RAM, the hypervisor's own frames among them.
 */
export function pdxFrames(machine: Machine): readonly MfnRange[] {
  const { nodes, ram, reserved } = machine;
  const ranges = pdxSource(machine) === 'machine.nodes' ? nodes.flatMap((node) => node.ranges) : [...ram, ...reserved];
  return ranges.filter(([first, end]) => first < end).toSorted((a, b) => a[0] - b[0]);
}

/** The key of a machine that says what its compression is set up from. */
export function pdxSource({ arch }: Machine): 'machine.nodes' | 'machine.ram' {
  return arch === 'x86_64' ? 'machine.nodes' : 'machine.ram';
}

/** The same ranges in bytes. */
export function pdxRanges(machine: Machine): readonly ByteRange[] {
  return pdxFrames(machine).map(([first, end]) => ({
    start: bytesOf(BigInt(first)),
    size: bytesOf(BigInt(end - first)),
  }));
}

/** The compression of a machine under a scheme; undefined without one. The base is 0, as in every boot log that tells of its compression. */
export function machinePdx(machine: Machine, scheme: PdxScheme): PdxCompression | undefined {
  if (scheme === 'none') return undefined;
  const { maxRanges } = pdxLimits(machine.arch);
  return setUpPdx(scheme, { ranges: pdxRanges(machine), base: 0n, maxRanges });
}
