import type { Architecture } from '@heaplay/core';
import { factsOf } from '../facts/fact.ts';
import type { ArchitectureSign, Fact } from '../facts/fact.ts';

/** An architecture, and where from it is known; null if it is a mere guess. */
export interface FoundArchitecture {
  readonly arch: Architecture;
  readonly line: number | null;
}

const WEIGHTS: readonly ArchitectureSign['weight'][] = ['proof', 'sign', 'hint'];

/** What most machines are that somebody posts a bare list of RAM of. */
const GUESS: Architecture = 'x86_64';

/** The architecture that the file speaks for: what proves more goes first, then what comes first. */
export function findArchitecture(facts: readonly Fact[]): FoundArchitecture {
  const signs = factsOf(facts, 'architecture');
  for (const weight of WEIGHTS) {
    const sign = signs.find((one) => one.weight === weight);
    if (sign === undefined) continue;
    if (sign.weight === 'sign' && sign.arch === 'arm64' && hasSeparateHeap(facts))
      return { arch: 'arm32', line: sign.line };
    return { arch: sign.arch, line: sign.line };
  }
  return { arch: GUESS, line: null };
}

/** Only 32-bit Arm tells how many pages each of two heaps has. */
function hasSeparateHeap(facts: readonly Fact[]): boolean {
  const sizes = factsOf(facts, 'heap-size');
  return sizes.some(({ heap }) => heap === 'xen') && sizes.some(({ heap }) => heap === 'dom');
}
