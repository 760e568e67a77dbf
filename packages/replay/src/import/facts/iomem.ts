import type { FieldProblem } from '@heaplay/core';
import { HEX, closedRange } from '../lines/hex-range.ts';
import type { LogLine } from '../lines/log-line.ts';
import type { Fact } from './fact.ts';
import type { ReadFacts } from './read-facts.ts';

/** A line of `/proc/iomem`: first and last byte, and what is there. */
export const IOMEM_LINE: RegExp = new RegExp(`^${HEX}-${HEX} : (.*)$`, 'i');

const X86 = /^(?:Local APIC|IOAPIC \d+|Video ROM|System ROM|HPET \d+|PCI MMCONFIG .*)$/;
const ARM = /pl011|interrupt-controller|\bgic\b|^ARMH/i;

/** Reads `/proc/iomem`. What is nested in RAM is in use by the kernel that printed it, and RAM all the same. */
export function readIomem(lines: readonly LogLine[]): ReadFacts | Omit<FieldProblem, 'field'> {
  const entries = lines.flatMap(({ number, text }) => {
    const [, first, last, name] = IOMEM_LINE.exec(text) ?? [];
    if (first === undefined || last === undefined || name === undefined) return [];
    return [{ line: number, name: name.trim(), range: closedRange(first, last) }];
  });
  if (entries.every(({ range }) => range.end <= 1)) {
    return {
      found: 'a list whose addresses are all 0',
      expected: 'the addresses of /proc/iomem, which Linux shows to root only',
      hint: 'read it anew: sudo cat /proc/iomem',
    };
  }
  const facts = entries.flatMap(({ line, name, range }): readonly Fact[] => {
    if (name === 'System RAM') return [{ kind: 'bank', from: 'iomem', line, ...range }];
    if (name === 'Crash kernel') return [{ kind: 'taken', by: 'crash-kernel', name, line, ...range }];
    if (X86.test(name)) return [{ kind: 'architecture', arch: 'x86_64', weight: 'sign', line }];
    return ARM.test(name) ? [{ kind: 'architecture', arch: 'arm64', weight: 'sign', line }] : [];
  });
  const unknown = lines.filter(({ source, text }) => source !== 'comment' && !IOMEM_LINE.test(text));
  return { facts, unknown };
}
