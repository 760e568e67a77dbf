import { InvalidArgumentError } from 'commander';

/** A record number or count, decimal or hex; null for a text that is none. */
export function readCount(text: string): number | null {
  const value = /^(0x[0-9a-f]+|\d+)$/i.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(value) ? value : null;
}

/** A record number or count as the value of an option or argument. Throws commander's `InvalidArgumentError`. */
export function parseCount(text: string): number {
  const value = readCount(text);
  if (value === null) throw new InvalidArgumentError('Expected a number, decimal or 0x hex, below 2^53.');
  return value;
}

/** The same, but not 0. */
export function parsePositive(text: string): number {
  const value = parseCount(text);
  if (value === 0) throw new InvalidArgumentError('Expected a number above 0.');
  return value;
}

/** Numbers given one after the other, as the value of an option that takes several. */
export function collectCounts(text: string, before: readonly number[] = []): readonly number[] {
  return [...before, parseCount(text)];
}
