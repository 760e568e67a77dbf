import { HEX, closedRange, openRange } from '../lines/hex-range.ts';
import type { AddressRange } from '../lines/hex-range.ts';
import { NOTHING } from './fact.ts';
import type { FactBody } from './fact.ts';

/** EFI_MEMORY_TYPE (UEFI 2.10, 7.2.1): loader and boot services, and conventional memory, are free once an OS runs. */
const FREE_TYPES: ReadonlySet<number> = new Set([1, 2, 3, 4, 7]);
const FREE_NAMES =
  /^(?:Loader Code|Loader Data|Boot Code|Boot Data|Boot Services (?:Code|Data)|Conventional(?: Memory)?)$/i;

/** Xen: `0000000000000-0000000000fff type=7 attr=000000000000000f` */
const XEN = new RegExp(`^${HEX}-${HEX}\\s+type=(\\d+)\\s+attr=`, 'i');
/** Linux before 4.0: `efi: mem00: type=7, attr=0xf, range=[0x0-0x1000) (0MB)` */
const LINUX_NUMBER = new RegExp(`^efi:\\s*mem\\d+:\\s*type=(\\d+),.*range=\\[${HEX}-${HEX}([)\\]])`, 'i');
/** Linux on x86: `efi: mem00: [Boot Data|   |  |WB|WT|WC|UC] range=[0x0-0xfff] (0MB)` */
const LINUX_NAME = new RegExp(
  `^efi:\\s*mem\\d+:\\s*\\[([^|\\]]+)\\|([^\\]]*)\\]\\s*range=\\[${HEX}-${HEX}([)\\]])`,
  'i',
);
/** Linux on arm64: `efi:   0x000040000000-0x00004009ffff [Conventional Memory|   |  |WB|WT|WC|UC]` */
const LINUX_ARM = new RegExp(`^efi:\\s*${HEX}-${HEX}\\s*\\[([^|\\]]+)\\|([^\\]]*)\\]`, 'i');

/** Descriptors of the EFI memory map, as Xen and Linux print them. */
export function readEfiMap(text: string): readonly FactBody[] {
  const xen = XEN.exec(text);
  if (xen !== null) return numbered(xen[3], closedRange(xen[1] ?? '', xen[2] ?? ''));
  if (!/^efi/i.test(text)) return NOTHING;
  const number = LINUX_NUMBER.exec(text);
  if (number !== null) return numbered(number[1], rangeOf(number[2], number[3], number[4]));
  const name = LINUX_NAME.exec(text);
  if (name !== null) return named(name[1], name[2], rangeOf(name[3], name[4], name[5]));
  const arm = LINUX_ARM.exec(text);
  return arm === null ? NOTHING : named(arm[3], arm[4], closedRange(arm[1] ?? '', arm[2] ?? ''));
}

function rangeOf(first = '', last = '', bracket = ''): AddressRange {
  return bracket === ')' ? openRange(first, last) : closedRange(first, last);
}

function numbered(type: string | undefined, range: AddressRange): readonly FactBody[] {
  return [{ kind: 'efi', ...range, usable: FREE_TYPES.has(Number(type)), type: `type ${type}` }];
}

function named(name = '', attributes = '', range: AddressRange): readonly FactBody[] {
  const type = name.trim();
  // Memory set aside for a specific purpose is no ordinary RAM.
  const usable = FREE_NAMES.test(type) && !/(?:^|\|)\s*SP\s*(?:\||$)/.test(attributes);
  return [{ kind: 'efi', ...range, usable, type }];
}
