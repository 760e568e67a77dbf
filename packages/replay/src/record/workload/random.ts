import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Seeds are below this. */
export const SEED_LIMIT: number = 2 ** 32;

/** Random numbers that follow from a seed: the same on every machine. */
export class Random {
  private readonly generator: ReturnType<typeof xoroshiro128plus>;

  /** `seed`: an integer, 0 ≤ seed < {@link SEED_LIMIT}. */
  constructor(seed: number) {
    this.generator = xoroshiro128plus(seed | 0);
  }

  /** An integer from 0 to `limit - 1`, each as likely as the others. */
  below(limit: number): number {
    return uniformInt(this.generator, 0, limit - 1);
  }

  /** An integer from `first` to `last`. */
  between(first: number, last: number): number {
    return uniformInt(this.generator, first, last);
  }

  /** True once in `times`, on average. */
  oneIn(times: number): boolean {
    return this.below(times) === 0;
  }
}
