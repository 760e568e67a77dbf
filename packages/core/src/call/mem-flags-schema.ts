import { z } from 'zod';
import { MEM_FLAG_NAMES, type MemFlags } from './mem-flags.ts';

const NO_FLAGS = 0 as MemFlags;
const BIT_BY_NAME: ReadonlyMap<unknown, number> = new Map(MEM_FLAG_NAMES.map((name, bit) => [name, 1 << bit]));

/** Reads a list of flag names as a trace writes it, in any order; `undefined` if it is none. */
export function parseMemFlags(names: unknown): MemFlags | undefined {
  if (!Array.isArray(names)) return undefined;
  let bits: number = NO_FLAGS;
  for (const name of names) {
    const bit = BIT_BY_NAME.get(name);
    if (bit === undefined) return undefined;
    bits |= bit;
  }
  return bits as MemFlags;
}

/** A list of flag names that becomes a set of bits. */
export const memFlagsSchema: z.ZodType<MemFlags> = z.unknown().transform((names, context): MemFlags => {
  const flags = parseMemFlags(names);
  if (flags !== undefined) return flags;
  const message = `a list of memory flags out of ${MEM_FLAG_NAMES.join(', ')}`;
  context.issues.push({ code: 'custom', message, input: names });
  return z.NEVER;
});
