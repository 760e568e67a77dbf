/** The numbers of records that a filter has found so far, rising. */
export class Matches {
  private found: Uint32Array = new Uint32Array(1024);
  private count = 0;

  get length(): number {
    return this.count;
  }

  /** Adds what was found behind the others. */
  add(more: Uint32Array): void {
    const length = this.count + more.length;
    if (length > this.found.length) {
      const larger = new Uint32Array(Math.max(length, this.found.length * 2));
      larger.set(this.found.subarray(0, this.count));
      this.found = larger;
    }
    this.found.set(more, this.count);
    this.count = length;
  }

  /** The record at a place of the list; undefined: it has none. */
  at(index: number): number | undefined {
    return index < this.count ? this.found[index] : undefined;
  }

  /** The place of the first record that is not below this one. */
  placeOf(record: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.found[middle] ?? 0) < record) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
