import { InvalidArgumentError } from 'commander';

/** A record number or count, decimal or hex, as the value of an option. Throws commander's `InvalidArgumentError`. */
export function parseCount(text: string): number {
  const value = /^(0x[0-9a-f]+|\d+)$/i.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(value)) throw new InvalidArgumentError('Expected a number, decimal or 0x hex, below 2^53.');
  return value;
}
