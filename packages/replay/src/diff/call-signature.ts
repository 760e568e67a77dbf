import type { CallRecord } from '@heaplay/core';

/**
 * What makes a call of one trace the counterpart of one of another: its name and what was asked for, but neither
 * frames nor what came of it, nor when.
 */
export function callSignature(record: CallRecord): string {
  const asked = Object.entries(record).filter(([key]) => !INCIDENTAL.has(key) && !key.startsWith('x-'));
  return JSON.stringify(
    asked.toSorted(([a], [b]) => (a < b ? -1 : 1)),
    (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
  );
}

const INCIDENTAL: ReadonlySet<string> = new Set([
  'at',
  'bug',
  'caller',
  'freePagesBefore',
  'mfn',
  'mfns',
  'pages',
  'result',
  'va',
  'virqs',
]);
