import type { FieldProblem } from '@heaplay/core';
import { readDeviceTree } from './device-tree/read-device-tree.ts';
import { IOMEM_LINE, readIomem } from './facts/iomem.ts';
import { readFacts } from './facts/read-facts.ts';
import type { ReadFacts } from './facts/read-facts.ts';
import { LINUX_BOOT, XEN_BOOT } from './lines/boots.ts';
import type { BootMarks } from './lines/boots.ts';
import type { LogLine } from './lines/log-line.ts';

/** What a file can be. */
export type ImportKindName = 'xen-log' | 'linux-log' | 'memory-map' | 'iomem' | 'device-tree' | 'ftrace';

/** One kind of file: how it is told from others, and how it is read. */
export interface ImportKind {
  readonly name: ImportKindName;
  /** What it is, for people. */
  readonly title: string;
  /** Is this such a file? Asked in the order of {@link IMPORT_KINDS}. */
  looksLike(lines: readonly LogLine[]): boolean;
  /** The lines of it that the machine or its hypervisor wrote. */
  select(lines: readonly LogLine[]): readonly LogLine[];
  /** Lines by which one boot is told from the next; none if it holds no boots. */
  readonly boots: BootMarks;
  /** What one boot's lines say, or why such a file cannot become a machine. */
  read(lines: readonly LogLine[], name: string): ReadFacts | Omit<FieldProblem, 'field'>;
}

const XEN =
  /^(?:Xen version \d|Xen-e820 RAM map|EFI RAM map|PFN compression |RAM: [0-9a-f]{16} |MODULE\[\d|Domain heap initiali[sz]ed|heap\[)/i;
const LINUX =
  /^(?:Linux version \d|(?:e820: )?BIOS-(?:e820|provided)|ACPI: (?:NUMA: )?SRAT:|SRAT: .*\[mem |efi: mem|Early memory node ranges)/i;
const FTRACE = /^(?:\S.*?(?:-|\s+)\d+\s+(?:\([\s\d-]+\)\s+)?\[\d{3,}\]\s.*:\s+[\w:]+: |mm_page_\w+: )/;
/** Among frames of stacks, events may be few. */
const PAGE_EVENT = /\bmm_page\w*:\s+page=.*\bpfn=/;

/** Every kind of file, in the order in which a file is held against them. A further kind is a further entry. */
export const IMPORT_KINDS: readonly ImportKind[] = [
  {
    name: 'device-tree',
    title: 'a device-tree source',
    looksLike: (lines) =>
      some(lines, /^\/dts-v1\/;/) || (some(lines, /^\/\s*\{/) && some(lines, /^(?:\w+:\s*)?memory(?:@\w+)?\s*\{/)),
    select: (lines) => lines,
    boots: {},
    read: readDeviceTree,
  },
  {
    name: 'iomem',
    title: "Linux's /proc/iomem",
    looksLike: (lines) => mostly(lines, IOMEM_LINE),
    select: withoutComments,
    boots: {},
    read: readIomem,
  },
  {
    name: 'ftrace',
    title: "a recording of Linux's ftrace (kmem events)",
    // A boot log may hold the events that were dumped when something went wrong.
    looksLike: (lines) =>
      mostly(lines, FTRACE) || (some(lines, PAGE_EVENT) && !some(lines, LINUX) && !some(lines, XEN)),
    select: withoutComments,
    boots: {},
    // `importFtrace` makes a trace of it, event by event.
    read: () => ({
      found: 'a recording of ftrace, which tells of pages that Linux allocated and freed, not of a machine',
      expected: 'a boot log, a memory map or a device tree',
      hint: 'give the dmesg of the machine that was recorded, or make a trace of the recording first: heaplay import FILE',
    }),
  },
  {
    name: 'linux-log',
    title: 'a boot log of Linux (dmesg)',
    looksLike: (lines) => !hasXenLines(lines) && some(lines, LINUX) && !some(lines, XEN),
    // Behind a hypervisor's prefix somebody else speaks.
    select: (lines) => lines.filter(({ source }) => source !== 'xen'),
    boots: LINUX_BOOT,
    read: readFacts,
  },
  {
    name: 'memory-map',
    title: 'a list of RAM, by frames',
    looksLike: (lines) => some(lines, /^ram pfn 0x[0-9a-f]+ 0x[0-9a-f]+$/i),
    select: (lines) => lines,
    boots: {},
    read: readFacts,
  },
  {
    name: 'xen-log',
    title: 'a boot log of Xen (xl dmesg)',
    looksLike: () => true,
    select: selectXenLines,
    boots: XEN_BOOT,
    read: readFacts,
  },
];

/** What a file is: what it is said to be, else the first kind that it looks like. `lines`: all of it, or its beginning. */
export function kindOf(lines: readonly LogLine[], from?: ImportKindName): ImportKind {
  const kind = IMPORT_KINDS.find((one) => (from === undefined ? one.looksLike(lines) : one.name === from));
  if (kind === undefined) throw new Error('the last kind takes every file');
  return kind;
}

/** Notations that only Linux has: in a log of the hypervisor, dom0's. */
const ONLY_LINUX = /\[mem 0x|^BIOS-e820: |^efi: |^Linux version /;

/** Where the hypervisor marks its lines, what is not marked is of dom0, of another guest, or of nobody. */
function selectXenLines(lines: readonly LogLine[]): readonly LogLine[] {
  if (hasXenLines(lines)) return lines.filter(({ source }) => source !== 'other');
  return some(lines, XEN) ? lines.filter(({ text }) => !ONLY_LINUX.test(text)) : lines;
}

function withoutComments(lines: readonly LogLine[]): readonly LogLine[] {
  return lines.filter(({ source }) => source !== 'comment');
}

function hasXenLines(lines: readonly LogLine[]): boolean {
  return lines.some(({ source }) => source === 'xen');
}

function some(lines: readonly LogLine[], pattern: RegExp): boolean {
  return lines.some(({ source, text }) => source !== 'comment' && pattern.test(text));
}

function mostly(lines: readonly LogLine[], pattern: RegExp): boolean {
  const told = withoutComments(lines);
  return told.length > 0 && told.filter(({ text }) => pattern.test(text)).length * 2 > told.length;
}
