import { z } from 'zod';
import { PHYSICAL_ADDRESS_LIMIT, type PhysicalAddress, type VirtualAddress } from '../units/mfn.ts';

const HEX_64 = /^0x[0-9a-f]{1,16}$/i;

/** Reads a physical address as a trace writes it; `undefined` if it is none. At most 2^52: a range's end may be one behind the last byte. */
export function parsePhysicalAddress(text: unknown): PhysicalAddress | undefined {
  if (typeof text !== 'string' || !HEX_64.test(text)) return undefined;
  const address = Number(text);
  return address <= PHYSICAL_ADDRESS_LIMIT ? (address as PhysicalAddress) : undefined;
}

/** A physical address as a trace writes it: `0x100000`. */
export function formatPhysicalAddress(address: PhysicalAddress): string {
  return `0x${address.toString(16)}`;
}

/** Reads a virtual address as a trace writes it; `undefined` if it is none. */
export function parseVirtualAddress(text: unknown): VirtualAddress | undefined {
  if (typeof text !== 'string' || !HEX_64.test(text)) return undefined;
  return BigInt(text) as VirtualAddress;
}

/** A virtual address as a trace writes it: `0xffff830000000000`. */
export function formatVirtualAddress(address: VirtualAddress): string {
  return `0x${address.toString(16)}`;
}

/** A hex text that becomes a physical address. */
export const physicalAddressSchema: z.ZodType<PhysicalAddress> = parsed(
  parsePhysicalAddress,
  'a physical address: a hex text such as "0x100000", at most "0x10000000000000"',
);

/** A hex text that becomes a virtual address. */
export const virtualAddressSchema: z.ZodType<VirtualAddress> = parsed(
  parseVirtualAddress,
  'a virtual address: a hex text of at most 64 bits, such as "0xffff830000000000"',
);

function parsed<T>(parse: (text: unknown) => T | undefined, expected: string): z.ZodType<T> {
  return z.unknown().transform((text, context): T => {
    const value = parse(text);
    if (value !== undefined) return value;
    context.issues.push({ code: 'custom', message: expected, input: text });
    return z.NEVER;
  });
}
