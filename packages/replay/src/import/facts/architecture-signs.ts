import type { Architecture } from '@heaplay/core';
import { NOTHING } from './fact.ts';
import type { ArchitectureSign, FactBody } from './fact.ts';

const SIGNS: readonly (readonly [RegExp, Architecture, ArchitectureSign['weight']])[] = [
  // Who compiled the hypervisor or the kernel, for what.
  [/\baarch64-[\w-]*(?:gcc|clang)\b/, 'arm64', 'proof'],
  [/\barm-[\w-]*eabi[\w-]*gcc\b|\barmv7\w*-[\w-]*gcc\b/, 'arm32', 'proof'],
  [/\bx86_64-[\w-]*(?:gcc|clang)\b/, 'x86_64', 'proof'],
  [/\briscv64-[\w-]*(?:gcc|clang)\b/, 'riscv64', 'proof'],
  [/\bpowerpc64(?:le)?-[\w-]*(?:gcc|clang)\b/, 'ppc64', 'proof'],
  [/^64-bit Execution:/, 'arm64', 'proof'],
  [/^CPU: ARMv7 Processor/, 'arm32', 'proof'],
  [/^Booting Linux on physical CPU 0x[0-9a-f]{10}/i, 'arm64', 'proof'],
  [/^Linux version \S*-(?:amd64|x86_64|generic-x86)\b/, 'x86_64', 'proof'],
  [/^Linux version \S*(?:arm64|aarch64)\b/, 'arm64', 'proof'],
  // What only firmware of one kind of machine tells.
  [/^(?:Xen-e820|EFI|BIOS-provided|Multiboot-e820|PVH-e820) (?:physical )?RAM map/i, 'x86_64', 'sign'],
  [/^(?:e820: )?BIOS-(?:e820|provided)/i, 'x86_64', 'sign'],
  [/-> APIC(?:ID)? \S+ ->/, 'x86_64', 'sign'],
  [/-> MPIDR \S+ ->/, 'arm64', 'sign'],
  [/^CPU Vendor:|^New Xen image base address:|^Multiboot loader:/, 'x86_64', 'sign'],
  [/^RAM: [0-9a-f]{16} - [0-9a-f]{16}$/i, 'arm64', 'sign'],
  [/^MODULE\[\d+\]:/, 'arm64', 'sign'],
];

/** Which architecture a line speaks for. */
export function readArchitectureSigns(text: string): readonly FactBody[] {
  const sign = SIGNS.find(([pattern]) => pattern.test(text));
  return sign === undefined ? NOTHING : [{ kind: 'architecture', arch: sign[1], weight: sign[2] }];
}

const HINTS: readonly (readonly [RegExp, Architecture])[] = [
  [/\b(?:arm64|aarch64)\b/i, 'arm64'],
  [/\b(?:arm32|armv7|32-bit arm)\b/i, 'arm32'],
  [/\bx86[-_]?64\b/i, 'x86_64'],
  [/\briscv64\b|\brisc-v\b/i, 'riscv64'],
  [/\bppc64(?:le)?\b/i, 'ppc64'],
];

/** Which architecture somebody who described the file speaks of. */
export function readArchitectureHint(comment: string): readonly FactBody[] {
  const hint = HINTS.find(([pattern]) => pattern.test(comment));
  return hint === undefined ? NOTHING : [{ kind: 'architecture', arch: hint[1], weight: 'hint' }];
}
