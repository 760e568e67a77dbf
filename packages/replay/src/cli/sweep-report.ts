import type { SweepLine } from '../sweep/sweep-line.ts';
import { count, table } from '../text/format.ts';

const FIGURES = ['failed', 'orphaned', 'moved', 'free pages', 'lowest', 'unusable', 'stops, or first fails'] as const;

/** The runs of a sweep as a table. `unusable`: the share of the free memory that a request of 2 MiB cannot use. */
export function sweepTable(lines: readonly SweepLine[]): string {
  const keys = [...new Set(lines.flatMap(({ vary }) => Object.keys(vary)))];
  const head = ['trace', ...keys, ...FIGURES];
  const rows = lines.map((line) => [line.trace, ...keys.map((key) => textOf(line.vary[key])), ...figuresOf(line)]);
  const left = 'l'.repeat(1 + keys.length);
  return table([head, ...rows], `${left}${'r'.repeat(FIGURES.length - 1)}l`);
}

function figuresOf(line: SweepLine): readonly string[] {
  if ('impossible' in line) return ['–', '–', '–', '–', '–', '–', `impossible: ${line.impossible}`];
  if ('error' in line) return ['–', '–', '–', '–', '–', '–', `error: ${line.error.message}`];
  const { lowestFreePages, unusableForOrder9 } = line.metrics.b;
  return [
    count(line.failed),
    count(line.orphaned),
    count(line.moved),
    count(line.freePages),
    count(lowestFreePages),
    `${(100 * unusableForOrder9).toFixed(1)}%`,
    trouble(line),
  ];
}

/** Where a run stops, or else the first call that fails in it and not in the recorded one. */
function trouble({ bug, firstFailure }: Extract<SweepLine, { readonly differs: boolean }>): string {
  if (bug !== null) return `${bug.kind} at record ${count(bug.record)} [${bug.rule}]`;
  if (firstFailure === null) return '';
  const { record, call, reason } = firstFailure;
  return `record ${count(record)}: ${call}${reason === null ? '' : `, ${reason}`}`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
