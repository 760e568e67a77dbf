import { describeStep } from '../analysis/describe-step.ts';
import type { DiffResult, DiffSide, DivergenceCause, FirstFailure } from '../diff/diff-result.ts';
import type { HeapMetrics } from '../diff/heap-metrics.ts';
import { brief, count, frame, pages, table } from '../text/format.ts';
import { colors } from './terminal.ts';

/** What came of comparing two runs, for people. */
export function diffReport(diff: DiffResult): string {
  return [sides(diff), counts(diff), stops(diff), divergence(diff), failures(diff), moves(diff), metrics(diff)]
    .filter((part) => part !== '')
    .join('\n');
}

const LAYOUTS: Readonly<Record<DiffSide['layout'], string>> = {
  recorded: '',
  planned: ', boot planned anew',
  edited: ', records changed',
};

function sides({ a, b }: DiffResult): string {
  const side = ({ trace, mode, xen, layout }: DiffSide): string => `${trace}, ${mode}, Xen ${xen}${LAYOUTS[layout]}`;
  return `${colors.bold('a')}  ${side(a)}\n${colors.bold('b')}  ${side(b)}\n`;
}

function counts(diff: DiffResult): string {
  const rows: [string, number][] = [
    ['calls compared', diff.calls],
    ['same result', diff.same],
    ['other frames', diff.moved],
    ['failed in a only', diff.failedOnlyInA],
    ['failed in b only', diff.failedOnlyInB],
    ['otherwise different', diff.changed],
    ['orphaned in b', diff.orphaned],
  ];
  if (diff.onlyInA + diff.onlyInB > 0) rows.push(['only in a', diff.onlyInA], ['only in b', diff.onlyInB]);
  return table(rows.map(([name, value]) => [name, count(value)]));
}

function stops({ bugs }: DiffResult): string {
  return Object.entries(bugs)
    .map(([name, bug]) =>
      bug === null
        ? ''
        : `${colors.red(`${name} stops`)} at record ${count(bug.record)}: ${bug.kind} [${bug.rule}] ${bug.message}\n`,
    )
    .join('');
}

function divergence({ firstDivergence }: DiffResult): string {
  if (firstDivergence === null) return '';
  const { record, call, a, b, cause } = firstDivergence;
  return [
    `${colors.bold('first divergence')}  record ${count(record)}, ${call}\n`,
    `  a  ${result(call, a)}\n`,
    `  b  ${result(call, b)}\n`,
    cause === null ? '' : describeCause(cause),
  ].join('');
}

function describeCause({ step, a, b }: DivergenceCause): string {
  const side = (value: DivergenceCause['a']): string => (value === null ? 'is done' : describeStep(value));
  return `  the searches part in step ${count(step)}\n    a  ${side(a)}\n    b  ${side(b)}\n`;
}

function result(call: string, value: unknown): string {
  return call.startsWith('alloc') && typeof value === 'number' ? frame(value) : brief(value);
}

function failures({ firstFailure, ranOut }: DiffResult): string {
  const line = (failure: FirstFailure | null): string => {
    if (failure === null) return 'never';
    const { record, call, reason } = failure;
    return `record ${count(record)}, ${call}${reason === null ? '' : `: ${reason}`}`;
  };
  const rows = [
    ['a ran out first at', line(ranOut.a)],
    ['b ran out first at', line(ranOut.b)],
  ];
  if (firstFailure !== null) rows.push(['first to fail in b only', line(firstFailure)]);
  return table(rows, 'l');
}

function moves({ moves: told, moved }: DiffResult): string {
  if (told.length === 0) return '';
  const rows = told.map(({ record, call, order, a, b }) => [count(record), call, String(order), frame(a), frame(b)]);
  const more = moved - told.length;
  const rest = more === 0 ? '' : `and ${count(more)} more; --moves ${moved} tells all\n`;
  return `${table([['moved', 'call', 'order', 'a', 'b'], ...rows], 'rlr')}${rest}`;
}

function metrics({ metrics: { a, b } }: DiffResult): string {
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  const row = (name: string, cell: (side: HeapMetrics) => string): string[] => [name, cell(a), cell(b)];
  return table([
    ['', 'a', 'b'],
    row('free at the end', (side) => pages(side.freePages)),
    row('least ever free', (side) => pages(side.lowestFreePages)),
    row('claimed', (side) => count(side.claims)),
    row('to scrub', (side) => count(side.needScrub)),
    row('free blocks', (side) => count(side.freeBlocks)),
    row('largest free order', (side) => String(side.largestFreeOrder)),
    row('unusable for 2 MiB', (side) => percent(side.unusableForOrder9)),
    row('failed calls', (side) => count(side.failed)),
  ]);
}
