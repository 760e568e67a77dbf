import type { LogLine } from './log-line.ts';

/** One boot of a log. */
export interface Boot {
  readonly lines: readonly LogLine[];
  /** Its first line that is no comment. */
  readonly first: LogLine;
}

/** Lines that come once a boot, by what they are. */
export type BootMarks = Readonly<Record<string, RegExp>>;

/** What comes once when Xen boots. */
export const XEN_BOOT: BootMarks = {
  banner: /^Xen version \d+\.\d+/,
  map: /^(?:Xen-e820|EFI|Xen-e801|Multiboot-e820|Multiboot-e801|PVH-e820|TBOOT) RAM map:/,
  initrd: /^Checking for initrd in \/chosen/,
  banks: /^RAM: [0-9a-f]{16} - /i,
};

/** What comes once when Linux boots. */
export const LINUX_BOOT: BootMarks = {
  version: /^Linux version \d/,
  biosMap: /^(?:e820: )?BIOS-provided physical RAM map:/,
};

/** Takes a log apart where a second boot begins: where a line comes again that comes once a boot. */
export function splitBoots(lines: readonly LogLine[], marks: BootMarks): readonly Boot[] {
  const boots: LogLine[][] = [[]];
  let seen = new Set<string>();
  let inBanks = false;
  for (const line of lines) {
    const mark = line.source === 'comment' ? undefined : markOf(line.text, marks);
    const goesOn = mark === 'banks' && inBanks;
    inBanks = mark === 'banks' || (inBanks && line.source === 'comment');
    if (mark !== undefined && !goesOn) {
      if (beginsBoot(mark, seen)) {
        boots.push([]);
        seen = new Set();
      }
      seen.add(mark);
    }
    boots.at(-1)?.push(line);
  }
  return boots.flatMap((boot) => {
    const first = boot.find(({ source }) => source !== 'comment');
    return first === undefined ? [] : [{ lines: boot, first }];
  });
}

function markOf(text: string, marks: BootMarks): string | undefined {
  return Object.keys(marks).find((name) => marks[name]?.test(text));
}

/** On x86 the banner comes before the map, on Arm it comes behind the banks. */
function beginsBoot(mark: string, seen: ReadonlySet<string>): boolean {
  return seen.has(mark) || (mark === 'banner' && seen.has('map'));
}
