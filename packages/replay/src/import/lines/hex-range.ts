/** Bytes `[start, end)` of the physical address space. Beyond 2^53 a number is no longer exact: no machine has RAM there. */
export interface AddressRange {
  readonly start: number;
  readonly end: number;
}

/** Hex digits of an address, with or without `0x`, as a part of a pattern; captures the digits. */
export const HEX = '(?:0x)?([0-9a-f]{1,16})';

/** The number that hex digits stand for. */
export function hexNumber(digits: string): number {
  return Number(BigInt(`0x${digits}`));
}

/** The range from the first to the last address, both included. */
export function closedRange(first: string, last: string): AddressRange {
  return { start: hexNumber(first), end: Number(BigInt(`0x${last}`) + 1n) };
}

/** The range from the first address to the one behind the last. */
export function openRange(first: string, end: string): AddressRange {
  return { start: hexNumber(first), end: hexNumber(end) };
}

/**
 * A range of which some versions write the last address and others the one behind it: the last one of a page, or of
 * an odd number of bytes, is the last.
 */
export function eitherRange(first: string, last: string): AddressRange {
  return /fff$/i.test(last) ? closedRange(first, last) : openRange(first, last);
}
