import type { LogLine } from './log-line.ts';

/** One boot of a log. */
export interface Boot {
  readonly lines: readonly LogLine[];
  /** Its first line that is no comment. */
  readonly first: LogLine;
}

/** Lines that come once a boot. */
const ONCE = {
  banner: /^Xen version \d+\.\d+/,
  linux: /^Linux version \d/,
  map: /^(?:Xen-e820|EFI|Xen-e801|Multiboot-e820|Multiboot-e801|PVH-e820|TBOOT) RAM map:|^(?:e820: )?BIOS-provided physical RAM map:/,
  initrd: /^Checking for initrd in \/chosen/,
  banks: /^RAM: [0-9a-f]{16} - /i,
} as const;

type Once = keyof typeof ONCE;

/** Takes a log apart where a second boot begins: where a line comes again that comes once a boot. */
export function splitBoots(lines: readonly LogLine[]): readonly Boot[] {
  const boots: LogLine[][] = [[]];
  let seen = new Set<Once>();
  let inBanks = false;
  for (const line of lines) {
    const once = line.source === 'comment' ? undefined : onceOf(line.text);
    const goesOn = once === 'banks' && inBanks;
    inBanks = once === 'banks' || (inBanks && line.source === 'comment');
    if (once !== undefined && !goesOn) {
      if (beginsBoot(once, seen)) {
        boots.push([]);
        seen = new Set();
      }
      seen.add(once);
    }
    boots.at(-1)?.push(line);
  }
  return boots.flatMap((boot) => {
    const first = boot.find(({ source }) => source !== 'comment');
    return first === undefined ? [] : [{ lines: boot, first }];
  });
}

function onceOf(text: string): Once | undefined {
  return (Object.keys(ONCE) as Once[]).find((name) => ONCE[name].test(text));
}

/** On x86 the banner comes before the map, on Arm it comes behind the banks. */
function beginsBoot(once: Once, seen: ReadonlySet<Once>): boolean {
  return seen.has(once) || (once === 'banner' && seen.has('map'));
}
