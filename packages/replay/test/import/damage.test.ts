import { TraceError, Verifier, importMachine, importTrace } from '@heaplay/replay';
import { describe, expect, it } from 'vitest';
import { picks } from './disguises.ts';
import type { Pick } from './disguises.ts';
import { MACHINES, machineText } from './machines.ts';

const SEEDS = Array.from({ length: 20 }, (_, i) => i + 1);

/** A log that went wrong on its way: lines lost, said twice, in another order, and characters that are others. */
function damaged(text: string, pick: Pick): string {
  const lines = text.split('\n').slice(0, 80);
  for (let count = 1 + pick(6); count > 0; count--) {
    const at = pick(lines.length);
    const line = lines[at] ?? '';
    const column = pick(line.length + 1);
    switch (pick(6)) {
      case 0:
        lines.splice(at, 1);
        break;
      case 1:
        lines.splice(at, 0, lines[pick(lines.length)] ?? '');
        break;
      case 2:
        lines[at] = line.slice(0, column);
        break;
      case 3:
        lines[at] = line.slice(0, column) + '0f9a -[](),:\u0000<>={};/'.charAt(pick(20)) + line.slice(column + 1);
        break;
      case 4:
        lines[at] = line.replace(/[0-9a-f]{8,16}/, (digits) => 'f'.repeat(digits.length));
        break;
      default:
        lines[at] = line + (lines[pick(lines.length)] ?? '');
    }
  }
  return lines.join('\n');
}

/** What comes of a file: how it is refused, or nothing if it gives a trace that verifies. */
function outcomeOf(text: string): string | null {
  try {
    const imported = importMachine(text, { name: 'log' });
    const { header, records } = importTrace(imported, '1');
    const verifier = new Verifier(header.machine, header.heap);
    for (const [at, record] of records.entries()) verifier.check(record, at + 1);
    return verifier.mismatches.length === 0 ? null : JSON.stringify(verifier.mismatches);
  } catch (error) {
    if (error instanceof TraceError) return error.message;
    throw error;
  }
}

describe('a damaged log', () => {
  it.each(MACHINES)('[IMPORT-FUZZ-2] %s: a trace that verifies, or a clear answer', (name) => {
    const text = machineText(name);
    for (const seed of SEEDS) {
      const outcome = outcomeOf(damaged(text, picks(seed)));
      expect(outcome ?? 'log: found nothing wrong; expected that. Next: go on', `seed ${seed}`).toMatch(
        /^log.*: found .*; expected .*\. Next: /s,
      );
    }
  });
});
