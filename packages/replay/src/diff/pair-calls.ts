import { diff as myersDiff } from 'fast-myers-diff';

/** A call of each side, by its place among the calls there; null where it has no counterpart. */
export type CallPair = readonly [a: number, b: number] | readonly [a: number, b: null] | readonly [a: null, b: number];

/**
 * Pairs the calls of two runs by the shortest edit script, so that a call more or less in one of them shifts nothing.
 * Both sides rise. `same`: are these two, by their places, one call?
 */
export function* pairCalls(
  a: ArrayLike<unknown>,
  b: ArrayLike<unknown>,
  same: (a: number, b: number) => boolean,
): Generator<CallPair, void, undefined> {
  let [atA, atB] = [0, 0];
  for (const [fromA, toA, , toB] of myersDiff(a, b, same)) {
    while (atA < fromA) yield [atA++, atB++];
    while (atA < toA) yield [atA++, null];
    while (atB < toB) yield [null, atB++];
  }
  while (atA < a.length) yield [atA++, atB++];
}
