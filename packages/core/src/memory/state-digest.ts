/** The two lanes of a hash, 32 bits each. */
export interface Lanes {
  readonly low: number;
  readonly high: number;
}

/**
 * The incremental digest: two lanes of 32 bits, each the XOR of a hash of every record in the state with its place.
 * Being an XOR it can be kept up to date record by record, and does not depend on the order of the writes.
 * A record of zeros counts nothing, so memory that was never written need not exist.
 */
export class StateDigest {
  low: number;
  high: number;

  constructor(low: number, high: number) {
    this.low = low;
    this.high = high;
  }

  /**
   * Takes the record whose first word is `words[offset]` into the digest, or out of it: the same operation. `place` is
   * a hash of its address. The words are mixed each by itself, so that no multiplication waits for another.
   */
  toggleRecord(place: number, words: readonly number[], offset: number): void {
    const a = words[offset] as number;
    const b = words[offset + 1] as number;
    const c = words[offset + 2] as number;
    const d = words[offset + 3] as number;
    if ((a | b | c | d) !== 0) this.toggleWords(place, a, b, c, d);
  }

  /** The same for four numbers, each -1 or from 0 to 2^53 - 1. Four zeros count nothing. */
  toggleNumbers(place: number, a: number, b: number, c: number, d: number): void {
    if ((a | b | c | d) !== 0) this.toggleWords(place, a | 0, b | 0, c | 0, d | 0);
    // Most numbers have no high half.
    if (a <= 0xffffffff && b <= 0xffffffff && c <= 0xffffffff && d <= 0xffffffff) return;
    this.toggleWords(~place, highHalf(a), highHalf(b), highHalf(c), highHalf(d));
  }

  private toggleWords(place: number, a: number, b: number, c: number, d: number): void {
    let p = Math.imul(a ^ place, 0x9e3779b1);
    let q = Math.imul(b ^ (place + 0x3c6ef372), 0x85ebca77);
    let r = Math.imul(c ^ (place + 0x78dde6e4), 0xc2b2ae3d);
    let s = Math.imul(d ^ (place - 0x4ab325aa), 0x27d4eb2f);
    p ^= p >>> 15;
    q ^= q >>> 14;
    r ^= r >>> 16;
    s ^= s >>> 15;
    const low = Math.imul(p + Math.imul(q, 0x165667b1) + r + Math.imul(s, 0x5bd1e995), 0x2c1b3c6d);
    const high = Math.imul(Math.imul(p, 0x297a2d39) + q + Math.imul(r, 0x1b873593) + s, 0x4cf5ad43);
    this.low ^= low ^ (low >>> 15);
    this.high ^= high ^ (high >>> 13);
  }

  /** Takes a part of the state into the digest by its hash, or out of it. */
  toggleHash(hash: Lanes): void {
    this.low ^= hash.low;
    this.high ^= hash.high;
  }
}

function highHalf(value: number): number {
  return Math.floor(value / 0x100000000);
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
