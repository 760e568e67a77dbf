import type { Random } from './random.ts';

/** Things of which any one can be taken out, at the same cost however many there are. */
export class Bag<T> {
  private readonly items: T[] = [];

  get size(): number {
    return this.items.length;
  }

  add(item: T): void {
    this.items.push(item);
  }

  /** Takes out any one; undefined if it is empty. */
  takeAny(random: Random): T | undefined {
    const last = this.items.pop();
    if (last === undefined || this.items.length === 0) return last;
    const at = random.below(this.items.length + 1);
    const taken = this.items[at];
    if (taken === undefined) return last;
    this.items[at] = last;
    return taken;
  }

  /** Any one, which stays; undefined if it is empty. */
  any(random: Random): T | undefined {
    return this.items.length === 0 ? undefined : this.items[random.below(this.items.length)];
  }

  /** Takes out everything. */
  takeAll(): T[] {
    return this.items.splice(0);
  }
}
