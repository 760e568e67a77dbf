import type { Pick } from './random-records.ts';

/** Whole numbers from a seed: the same ones on every machine (xorshift, 32 bits). */
export function randomNumbers(seed: number): Pick {
  let state = (Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995) >>> 0 || 1;
  const word = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  return (limit) => (limit <= 1 ? 0 : Math.floor(((word() & 0x1fffff) * 2 ** 32 + word()) / (2 ** 53 / limit)));
}
