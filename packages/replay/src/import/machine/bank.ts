import { PAGE_SIZE } from '@heaplay/core';
import type { MfnRange } from '@heaplay/core';
import { badInput, describeRange } from '../problem.ts';
import type { AddressRange } from '../lines/hex-range.ts';

/** A run of RAM as a line of the file tells it, in bytes. */
export interface Bank extends AddressRange {
  /** {@link GIVEN} for one that no line tells. */
  readonly line: number;
}

/** In place of a line: whoever imports the file gave it. */
export const GIVEN = 0;

/** The whole pages of a range in bytes; empty if it holds none. */
export function pagesWithin({ start, end }: AddressRange): MfnRange {
  return [Math.ceil(start / PAGE_SIZE), Math.floor(end / PAGE_SIZE)];
}

/** The pages that a range in bytes touches. */
export function pagesTouched({ start, end }: AddressRange): MfnRange {
  return [Math.floor(start / PAGE_SIZE), Math.ceil(end / PAGE_SIZE)];
}

/** Banks by their start. Throws `TraceError` for one that is empty, out of reach, or shares memory with another. */
export function checkBanks(banks: readonly Bank[], paddrBits: number, name: string): readonly Bank[] {
  for (const bank of banks) {
    if (bank.end <= bank.start) {
      throw badInput(name, lineOf(bank), {
        found: `an empty bank of RAM, ${describeRange(bank)}`,
        expected: 'a bank that ends above its start',
        hint: 'correct the line, or take it out',
      });
    }
    if (bank.end > 2 ** paddrBits) {
      throw badInput(name, lineOf(bank), {
        found: `RAM at ${describeRange(bank)}`,
        expected: `RAM below 2^${paddrBits}, which is as far as a physical address of this architecture reaches`,
        hint: 'correct the line, or name another architecture with --arch',
      });
    }
  }
  const sorted = banks.toSorted((a, b) => a.start - b.start);
  for (const [at, bank] of sorted.entries()) {
    const next = sorted[at + 1];
    if (next === undefined || next.start >= bank.end) continue;
    throw badInput(name, lineOf(bank.line > next.line ? bank : next), {
      found: `RAM at ${describeBank(bank)} and at ${describeBank(next)}, which overlap`,
      expected: 'banks that share no memory',
      hint: 'correct one of the lines; if the file holds several boots or machines, give one of them',
    });
  }
  return sorted;
}

function lineOf({ line }: Bank): number | null {
  return line === GIVEN ? null : line;
}

function describeBank(bank: Bank): string {
  return `${describeRange(bank)} (${bank.line === GIVEN ? 'given' : `line ${bank.line}`})`;
}
