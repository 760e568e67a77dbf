import { describe, expect, it } from 'vitest';
import { bootOf, goldenTraces } from './differential/configured-machines.ts';
import type { BootedMachine } from './differential/configured-machines.ts';
import { randomNumbers } from './differential/random-numbers.ts';
import { RandomRecords } from './differential/random-records.ts';
import { SideBySide } from './differential/side-by-side.ts';
import { verifyFile } from './naive/verify.ts';

/** More of them take longer and find more: HEAPLAY_SEEDS=100. */
const SEEDS = Number(process.env['HEAPLAY_SEEDS'] ?? 2);
const CALLS = 1500;
/** A trace takes seconds; on a busy machine several times that. */
const TIMEOUT = 60_000;

describe('the naive model is a judge: it answers as real Xen did', () => {
  it.each(goldenTraces(/\.(boot|bootalloc|bigspan|claims|misc|numa|offline|misalign|bug_\w+)\.heaplay/))(
    '%s',
    (path) => {
      const { compared, mismatches } = verifyFile(path);
      expect(mismatches).toEqual([]);
      expect(compared).toBeGreaterThan(0);
    },
    TIMEOUT,
  );
});

/** Boots a machine, then makes random calls until they are enough or Xen would have stopped. */
function run({ name, header, boot }: BootedMachine, seed: number): SideBySide {
  const both = new SideBySide(header);
  let stopped = boot.some((record) => both.apply(record).stopped);
  const records = new RandomRecords(header, randomNumbers(seed * 1000 + name.length));
  for (let call = 0; call < CALLS && !stopped; call++) {
    const record = records.next();
    const outcome = both.apply(record);
    records.note(record, outcome.result);
    stopped = outcome.stopped;
  }
  both.end();
  return both;
}

/** The same machine with its frame numbers compressed: what lies between its banks has no record in the frame table. */
function compressed({ name, header, boot }: BootedMachine): BootedMachine {
  return { name: `${name}, mask compression`, header: { ...header, heap: { ...header.heap, pdx: 'mask' } }, boot };
}

describe('[STATE-1] the model answers as the naive model does, on calls that nobody recorded', () => {
  const machines = goldenTraces(/\.(boot|mixed|bigspan|misc|claims)\.heaplay/).map(bootOf);
  const banks = machines
    .filter(({ name, header }) => header.machine.arch !== 'x86_64' && /bigspan|misc/.test(name))
    .map(compressed);

  it.each([...machines, ...banks])(
    '$name',
    (machine) => {
      for (let seed = 1; seed <= SEEDS; seed++) {
        const { calls, differences } = run(machine, seed);
        expect(differences).toEqual([]);
        expect(calls).toBeGreaterThan(machine.boot.length / 2);
      }
    },
    TIMEOUT,
  );
});
