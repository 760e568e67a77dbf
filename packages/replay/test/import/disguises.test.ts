import { importMachine } from '@heaplay/replay';
import type { ImportedMachine } from '@heaplay/replay';
import { describe, expect, it } from 'vitest';
import { disguised } from './disguises.ts';
import { EXPECTED, machineText } from './machines.ts';

const SEEDS = Array.from({ length: 60 }, (_, i) => i + 1);
/** Logs of the hypervisor: of the long ones with dom0's own lines in them only what the hypervisor says. */
const LOGS = Object.keys(EXPECTED).filter((name) => !/linux|pdxtest/.test(name));

/** What was read, without the numbers of the lines. */
function readingOf({ machine, heap, taken, options, told, problems }: ImportedMachine): unknown {
  return JSON.parse(
    JSON.stringify({ machine, heap, taken, options, told, problems }, (key, value: unknown) =>
      key === 'line' ? undefined : value,
    ),
  );
}

/** The hypervisor's own lines of a log, if it marks them. */
function ownLines(text: string): string {
  const own = text.split('\n').filter((line) => line.includes('(XEN)'));
  return own.length === 0 ? text : own.join('\n');
}

describe('a log in disguise', () => {
  it.each(LOGS)('[IMPORT-FUZZ-1] %s says the same through every console, collector and mail', (name) => {
    const own = ownLines(machineText(name));
    // What is said of a file in its comments does not travel with its lines: the architecture is named.
    const arch = EXPECTED[name]?.arch ?? 'x86_64';
    const plain = readingOf(importMachine(own, { arch }));
    for (const seed of SEEDS) {
      expect(readingOf(importMachine(disguised(own, seed), { arch })), `seed ${seed}`).toEqual(plain);
    }
  });
});
