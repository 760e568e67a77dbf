/**
 * A hash of a sequence of numbers, two lanes of 32 bits. Each may be -1, or from 0 to 2^53 - 1.
 *
 * Every number is mixed with its place and added: no step waits for the one before, so a processor takes several at
 * once. It is asked for after every call.
 */
export class SequenceHash {
  low = 0;
  high = 0;
  private place: number;

  /** Sequences of different salts have different hashes. */
  constructor(salt: number) {
    this.place = Math.imul(salt, 0x165667b1);
  }

  /** Goes on with a number. */
  add(value: number): void {
    this.mix(value | 0);
    // Most numbers have no high half; those that do say so at a place of its own.
    if (value >= 0x80000000) this.mix(~Math.floor(value / 0x100000000));
  }

  private mix(word: number): void {
    const place = (this.place + 0x9e3779b9) | 0;
    this.place = place;
    let mixed = Math.imul(word ^ place, 0x85ebca77);
    mixed ^= mixed >>> 15;
    this.low = (this.low + mixed) | 0;
    this.high = (this.high + Math.imul(mixed, place | 1)) | 0;
  }
}
