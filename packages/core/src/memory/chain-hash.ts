/** A hash of a sequence of numbers, two lanes of 32 bits. Each may be -1, or from 0 to 2^53 - 1. */
export class ChainHash {
  low: number;
  high: number;

  /** Sequences of different salts have different hashes. */
  constructor(salt: number) {
    this.low = Math.imul(salt, 0x9e3779b1);
    this.high = Math.imul(salt, 0xc2b2ae3d);
  }

  /** Goes on with a number. */
  add(value: number): void {
    this.mix(value | 0);
    // Most numbers have no high half; those that do say so by one more step.
    if (value >= 0x80000000) this.mix(~Math.floor(value / 0x100000000));
  }

  private mix(word: number): void {
    const low = Math.imul(this.low ^ word, 0x85ebca77);
    this.low = (low ^ (low >>> 15)) + 0x165667b1;
    const high = Math.imul(this.high + word, 0x27d4eb2f);
    this.high = (high ^ (high >>> 13)) | 0;
  }
}
