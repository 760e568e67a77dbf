/** Values that come again and again, each kept once. */
export class Interned<T> {
  private readonly values: T[] = [];
  private readonly indexes = new Map<string, number>();
  private readonly keyOf: (value: T) => string;

  /** `keyOf` gives equal values the same text, and different values different texts. */
  constructor(keyOf: (value: T) => string) {
    this.keyOf = keyOf;
  }

  /** The index of a value, which may be new. */
  indexOf(value: T): number {
    const key = this.keyOf(value);
    const known = this.indexes.get(key);
    if (known !== undefined) return known;
    this.indexes.set(key, this.values.length);
    return this.values.push(value) - 1;
  }

  /** The value of an index. */
  at(index: number): T | undefined {
    return this.values[index];
  }

  /** How many there are. */
  get size(): number {
    return this.values.length;
  }
}
