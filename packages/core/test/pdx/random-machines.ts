import type { Machine } from '../../src/machine/machine.ts';
import type { NodeId } from '../../src/units/ids.ts';
import type { MfnRange } from '../../src/units/mfn.ts';
import { randomNumbers } from '../differential/random-numbers.ts';

/** A machine of a seed: some ranges of RAM far apart or close together, aligned or not, below 2^39 frames. */
export function randomMachine(seed: number): Machine {
  const pick = randomNumbers(seed);
  const count = 1 + pick(10);
  // Gaps and sizes of a few magnitudes: some far apart, some that touch.
  const step = (): number => {
    const value = 2 ** (6 + pick(29));
    return pick(3) === 0 ? value : value + pick(value);
  };
  const align = pick(2) === 0 ? 1 : 2 ** (9 + pick(12));
  const ram: MfnRange[] = [];
  let at = pick(2) === 0 ? 0 : step();
  for (let range = 0; range < count; range++) {
    const first = Math.ceil(at / align) * align;
    const end = first + Math.max(align, Math.floor(step() / align) * align);
    ram.push([first, end]);
    at = end + (pick(4) === 0 ? 0 : step());
  }
  const frames = (ram.at(-1) as MfnRange)[1] + pick(3);
  const nodes = ram.map((range, id) => ({ id: id as NodeId, ranges: [range] }));
  const arch = (['x86_64', 'arm64', 'arm32'] as const)[pick(3)] ?? 'arm64';
  return { arch, frames, ram, nodes, cpus: [0 as NodeId], reserved: [] };
}
