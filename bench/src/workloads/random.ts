/** A source of whole numbers: 0 <= n < limit. */
export type Pick = (limit: number) => number;

/** The same numbers from the same seed, on every machine (xorshift, 32 bits). */
export function randomNumbers(seed: number): Pick {
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0 || 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.floor(((state >>> 0) / 2 ** 32) * limit);
  };
}
