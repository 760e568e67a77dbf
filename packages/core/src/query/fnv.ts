/** FNV-1a, 64 bit, over ASCII text: the heap digest of the trace format. */
export class Fnv1a64 {
  private high = 0xcbf29ce4;
  private low = 0x84222325;

  /** Takes further text in. */
  update(text: string): void {
    let { high, low } = this;
    for (let at = 0; at < text.length; at++) {
      low = (low ^ text.charCodeAt(at)) >>> 0;
      // The prime is 2^40 + 0x1b3: a product of at most 2^41, and a shift.
      const product = low * 0x1b3;
      high = (Math.imul(high, 0x1b3) + Math.floor(product / 0x100000000) + (low << 8)) >>> 0;
      low = product >>> 0;
    }
    this.high = high;
    this.low = low;
  }

  /** The hash so far, 16 hex digits. */
  hex(): string {
    return this.high.toString(16).padStart(8, '0') + this.low.toString(16).padStart(8, '0');
  }
}
