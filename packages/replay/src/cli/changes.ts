import { parseValue } from './parse-value.ts';
import { UsageError } from './exit.ts';
import { readCount } from './parse-count.ts';

/** Fields of a record that are to be changed, as the format writes them. */
export interface RecordChange {
  readonly record: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Addresses are texts in the format, though they look like numbers. */
const TEXTS: ReadonlySet<string> = new Set(['start', 'end', 'va']);

const SHAPE = "expected a record number and what to change, as in --change '17 order=0 domain=2'; null takes a key out";

/** The changes that the words of `--change` tell of: a number, and behind it KEY=VALUE. Throws `UsageError`. */
export function parseChanges(words: readonly string[]): RecordChange[] {
  const changes = new Map<number, Record<string, unknown>>();
  let current: Record<string, unknown> | undefined;
  for (const word of words
    .join(' ')
    .split(/\s+/)
    .filter((part) => part !== '')) {
    const record = readCount(word);
    const [, key, value] = /^([A-Za-z][\w-]*)=(.*)$/s.exec(word) ?? [];
    if (record !== null) {
      current = changes.get(record) ?? {};
      changes.set(record, current);
    } else if (key !== undefined && value !== undefined && current !== undefined) {
      current[key] = TEXTS.has(key) ? value : parseValue(value);
    } else {
      throw new UsageError(
        `--change: found "${word}"; ${SHAPE}. Next: put the trace first, and quotes around a change`,
      );
    }
  }
  for (const [record, fields] of changes) {
    if (Object.keys(fields).length === 0) throw new UsageError(`--change ${record}: found nothing to change; ${SHAPE}`);
  }
  return [...changes].map(([record, fields]) => ({ record, fields }));
}
