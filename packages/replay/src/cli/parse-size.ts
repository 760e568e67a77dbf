import { InvalidArgumentError } from 'commander';

const UNITS = ['', 'K', 'M', 'G', 'T', 'P'];

/** A size as the value of an option, in bytes or with a unit of 1024: `4G`. Throws commander's `InvalidArgumentError`. */
export function parseSize(text: string): number {
  const [, digits = '', unit = ''] = /^(\d+)([KMGTP]?)(?:iB|B)?$/i.exec(text) ?? [];
  const bytes = digits === '' ? NaN : Number(digits) * 1024 ** UNITS.indexOf(unit.toUpperCase());
  if (!Number.isSafeInteger(bytes)) {
    throw new InvalidArgumentError('Expected a size, as in 4G or 512M, below 2^53 bytes.');
  }
  return bytes;
}

/** A size for people, exact: with the largest unit that leaves an integer. */
export function formatSize(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value > 0 && value % 1024 === 0 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value}${UNITS[unit] ?? ''}`;
}
