import type { LogLine } from './log-line.ts';

/** The first part of a line that mail programs break where a blank is, and how it goes on. */
const BROKEN: readonly (readonly [RegExp, RegExp])[] = [
  // [first, last] / (usable)
  [
    /^(?:BIOS-e820: |Xen: )?\[(?:mem )?[0-9a-fx]+[,-] ?[0-9a-fx]+\]$/i,
    /^\(?(?:usable|reserved|unusable|ACPI|type|persistent)\b/i,
  ],
  [/^(?:BIOS-e820: |Xen: )?[0-9a-f]{16} - [0-9a-f]{16}$/i, /^\((?:usable|reserved|unusable|ACPI|type)\b/i],
  // [first, / last] (usable)
  [/^(?:BIOS-e820: |Xen: )?\[[0-9a-f]{16},$/i, /^[0-9a-f]{16}\]/i],
  [/^(?:BIOS-e820: |Xen: )?[0-9a-f]{16} -$/i, /^[0-9a-f]{16} \(/i],
  [/\((?:ACPI)$/, /^(?:data|NVS)\)/],
  // SRAT: Node 0 PXM 0 / [first, / last]
  [/^(?:ACPI: )?(?:SRAT|NUMA): Node \d+(?: PXM(?: \d+)?)?$/, /^(?:PXM|\d+ |\[|[0-9a-f]+-)/i],
  [/^(?:ACPI: )?(?:SRAT|NUMA): Node \d+ PXM \d+ \[(?:mem|[0-9a-f]{16},)$/i, /^(?:0x)?[0-9a-f]+[-\]]/i],
  [/^(?:RAM|MODULE\[\d+\]|RESVD\[\d+\]): [0-9a-f]{16} -$/i, /^[0-9a-f]{16}/i],
];

/** The same of long lines of the hypervisor, told by its mark on the first part and by none on the second. */
const LONG: readonly (readonly [RegExp, RegExp])[] = [
  // A banner ends in debug=y or debug=n and a date.
  [/^Xen version \d(?!.*\bdebug=)/, /[()]|\bdebug=[yn]\b/],
  [/^Command line: .{20}/, /^[\w.,:-]+=\S*(?: [\w.,:-]+(?:=\S*)?)*$/],
];

/** Joins lines that a mail program broke in two. The second part lacks whatever stood before the first. */
export function unwrapLines(lines: readonly LogLine[]): readonly LogLine[] {
  const whole: LogLine[] = [];
  let end = 0;
  for (const line of lines) {
    const last = whole.at(-1);
    if (last !== undefined && isContinued(last, line, line.number === end + 1)) {
      whole[whole.length - 1] = { ...last, text: `${last.text} ${line.text}` };
    } else whole.push(line);
    end = line.number;
  }
  return whole;
}

function isContinued(first: LogLine, second: LogLine, isNext: boolean): boolean {
  if (second.source !== 'other' || first.source === 'comment') return false;
  const fits = ([head, tail]: readonly [RegExp, RegExp]): boolean => head.test(first.text) && tail.test(second.text);
  return BROKEN.some(fits) || (first.source === 'xen' && isNext && LONG.some(fits));
}
