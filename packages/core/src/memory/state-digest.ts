/** The two lanes of a hash, 32 bits each. */
export interface Lanes {
  readonly low: number;
  readonly high: number;
}

/**
 * The incremental digest: two lanes of 32 bits, each the XOR of a mixed hash of every (place, word) in the state.
 * Being an XOR it can be kept up to date word by word, and does not depend on the order of the writes.
 * A zero word counts nothing, so memory that was never written need not exist.
 */
export class StateDigest {
  low: number;
  high: number;

  constructor(low: number, high: number) {
    this.low = low;
    this.high = high;
  }

  /** Takes `word` at `place` (a hash of the address) into the digest, or out of it: the same operation. */
  toggle(place: number, word: number): void {
    if (word === 0) return;
    let low = Math.imul(word ^ place, 0x9e3779b1);
    low ^= low >>> 15;
    low = Math.imul(low ^ place, 0x85ebca77);
    this.low ^= low ^ (low >>> 13);
    let high = Math.imul(word + place, 0xc2b2ae3d);
    high ^= high >>> 16;
    high = Math.imul(high + place, 0x27d4eb2f);
    this.high ^= high ^ (high >>> 14);
  }

  /** Takes a part of the state into the digest by its hash, or out of it. */
  toggleHash(hash: Lanes): void {
    this.low ^= hash.low;
    this.high ^= hash.high;
  }
}

/** A hash of a number below 2^53 and a salt, 32 bits: the place of a page in the digest. */
export function placeHash(salt: number, index: number): number {
  let hash = Math.imul(salt ^ 0x165667b1, 0x9e3779b1) ^ Math.imul(Math.floor(index / 0x100000000) + 1, 0xc2b2ae3d);
  hash = Math.imul(hash ^ (index >>> 0), 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** Both lanes as 16 hex digits. */
export function digestHex(low: number, high: number): string {
  return (high >>> 0).toString(16).padStart(8, '0') + (low >>> 0).toString(16).padStart(8, '0');
}
