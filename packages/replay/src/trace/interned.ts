/** Values that come again and again, each kept once. */
export class Interned<T> {
  private readonly values: T[] = [];
  private readonly indexes = new Map<string, number>();
  private readonly keyOf: (value: T) => string;

  /** `keyOf` gives equal values the same text, and different values different texts. `known`: those of another one, `all`. */
  constructor(keyOf: (value: T) => string, known: readonly T[] = []) {
    this.keyOf = keyOf;
    for (const value of known) this.indexOf(value);
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

  /** All of them, by their index. */
  get all(): readonly T[] {
    return this.values;
  }

  /** How many there are. */
  get size(): number {
    return this.values.length;
  }
}
