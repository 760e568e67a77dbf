import { NOTHING } from './fact.ts';
import type { FactBody } from './fact.ts';

/** Lines that look as if they told of memory, and tell nothing that the machine or its heap depends on. */
const KNOWN: readonly RegExp[] = [
  // Tables that the firmware has, by name.
  /^ACPI: [A-Z0-9]{4} (?:0x)?[0-9A-F]{8,16}[, ]/i,
  /^ACPI: [A-Z0-9]{4}\s+\(v\d/,
  /^ACPI: Reserving .* table memory/,
  /^(?:ACPI: )?SRAT: (?:PXMs only cover|hash shift|Node \d+ has no memory)/,
  /^(?:DT: NUMA|SRAT: No NUMA node hash function)/,
  /^NUMA: (?:distance|Allocated memnodemap|Using \d+ for the hash shift|Initialized distance|NODE_DATA|Warning|parsing|No NUMA)/i,
  /^No NUMA configuration found/,
  /^NUMA turned off/,
  /^NODE_DATA\(\d+\) (?:allocated)?/,
  /^e820: (?:update|remove|last_pfn|\[mem .*\] available|reserve RAM buffer)/i,
  /^(?:PM: )?(?:hibernation: )?Registered nosave memory/i,
  /^\[mem .*\] available for PCI devices/,
  /^BIOS-e820: \[gap /,
  /^Reserving \d+MB of memory .*crashkernel/,
  // Of a debug key: what belongs to whom, page by page.
  /^Memory location of each domain/,
  /^Domain \d+ \(total: \d+\)/,
  /^Node \d+: \d+$/,
  /^Node \d+ has \d+ unscrubbed pages/,
  /^idx\d+ -> NODE\d+/,
  /^phys_to_nid\(/,
  /^range\s+\d+ \[/,
  // Of dom0 and its building.
  /^(?:BANK|d\d+ BANK)\[\d+\]/,
  /^(?:d\d+: )?extended region \d+/i,
  /^PHYSICAL MEMORY ARRANGEMENT/,
  /^PCI: MCFG area at .* reserved in E820/,
  /^Xen image load base address/,
  /^Truncating RAM from/,
  /^(?:CMDLINE|SHMEM|STATIC)\[/,
  /^EFI: memory map/i,
];

/** Lines that are known, and say nothing. */
export function readKnownLines(text: string): readonly FactBody[] {
  return KNOWN.some((pattern) => pattern.test(text)) ? [{ kind: 'irrelevant' }] : NOTHING;
}

/** Does a line look as if it told of the machine's memory, its nodes or the heaps? */
export function looksRelevant(text: string): boolean {
  return RELEVANT.test(text);
}

/** The words that such lines begin with, and an address where a line of a map has one: as much as is left of a torn line. */
const RELEVANT = new RegExp(
  [
    String.raw`^(?:ACPI: )?(?:NUMA: )?(?:SRAT|NUMA)\b`,
    String.raw`^(?:\w+-)?e820\b`,
    String.raw`^RAM\b`,
    String.raw`\b(?:RAM|memory) map:?$`,
    String.raw`^(?:MODULE|RESVD|heap)\[`,
    String.raw`^(?:Xen|Dom|Domain) heap\b`,
    String.raw`^(?:PFN|PDX) compression\b`,
    String.raw`^NODE\d`,
    String.raw`^System RAM\b`,
    String.raw`^efi: mem\d`,
    String.raw`\((?:usable|reserved)\)`,
    String.raw`^\[(?:mem )?(?:0x)?[0-9a-f]{8,16}\s*[,-]`,
    String.raw`^(?:0x)?[0-9a-f]{12,16} ?- ?[0-9a-f]`,
  ].join('|'),
  'i',
);
