import type { LogLine } from '../lines/log-line.ts';
import { readArchitectureHint, readArchitectureSigns } from './architecture-signs.ts';
import { readBanks } from './banks.ts';
import { readE820 } from './e820.ts';
import { readEfiMap } from './efi-map.ts';
import type { Fact, LineReader } from './fact.ts';
import { readHeapDump } from './heap-dump.ts';
import { looksRelevant, readKnownLines } from './known-lines.ts';
import { readNuma } from './numa.ts';
import { readXenSays } from './xen-says.ts';

/** What lines say, and which of them were not understood though they look as if they said something. */
export interface ReadFacts {
  readonly facts: readonly Fact[];
  readonly unknown: readonly LogLine[];
}

/** Asked in this order; the first that knows a line has it. */
const READERS: readonly LineReader[] = [
  readE820,
  readEfiMap,
  readNuma,
  readBanks,
  readHeapDump,
  readXenSays,
  readKnownLines,
];

/** No line of a boot log that says something is longer. */
const LONGEST = 4096;

/** What each of these lines says. */
export function readFacts(lines: readonly LogLine[]): ReadFacts {
  const facts: Fact[] = [];
  const unknown: LogLine[] = [];
  for (const [at, line] of lines.entries()) {
    const { number, source } = line;
    const text = line.text.slice(0, LONGEST);
    if (source === 'comment') {
      facts.push(...readArchitectureHint(text).map((fact) => ({ ...fact, line: number })));
      continue;
    }
    facts.push(...readArchitectureSigns(text).map((fact) => ({ ...fact, line: number })));
    const said = firstReading(isPanic(text) ? `${text} ${lines[at + 1]?.text ?? ''}` : text);
    facts.push(...said.map((fact) => ({ ...fact, line: number })));
    if (said.length === 0 && looksRelevant(text)) unknown.push(line);
  }
  return { facts, unknown };
}

/** What a panic says stands in the line below. */
function isPanic(text: string): boolean {
  return /^Panic on CPU \d+:$/.test(text);
}

function firstReading(text: string): ReturnType<LineReader> {
  for (const read of READERS) {
    const said = read(text);
    if (said.length > 0) return said;
  }
  return [];
}
