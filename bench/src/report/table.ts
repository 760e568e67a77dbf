import type { GroupResult } from '../harness/run-group.ts';
import type { TargetResult } from './targets.ts';

/** A table in Markdown, its columns aligned: text to the left, figures to the right. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(2, title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, at) => (at === 0 ? (cells[at] ?? '').padEnd(width) : (cells[at] ?? '').padStart(width))).join(' | ')} |`;
  const rule = `| ${widths.map((width, at) => (at === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

/** A number with three digits that count. */
export function figure(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString('en');
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);
}

/** A time in the unit that suits it. */
export function duration(nanoseconds: number): string {
  if (nanoseconds < 1e3) return `${figure(nanoseconds)} ns`;
  if (nanoseconds < 1e6) return `${figure(nanoseconds / 1e3)} µs`;
  return nanoseconds < 1e9 ? `${figure(nanoseconds / 1e6)} ms` : `${figure(nanoseconds / 1e9)} s`;
}

/** The one table: every group with its subjects, then the targets. */
export function report(groups: readonly GroupResult[], targets: readonly TargetResult[]): string {
  const rows = groups.flatMap(({ title, unit, reference, subjects, figures = [] }) => [
    [`**${title}**`, `per ${unit}`, '', `by ${reference}`],
    ...subjects.map(({ subject, nanoseconds, spread, ratio }) => [
      subject,
      duration(nanoseconds),
      `±${Math.round(spread * 100)} %`,
      ratio === undefined ? '' : `${figure(ratio)}×`,
    ]),
    ...figures.map((one) => [one.name, `${figure(one.value)} ${one.unit}`, '', '']),
  ]);
  if (targets.length > 0) rows.push(['**targets**', 'target', 'met', 'measured'], ...targets.map(targetRow));
  return `${markdownTable(['what', 'median', 'noise', 'ratio'], rows)}\n`;
}

function targetRow({ target, limit, direction, unit, measured, met }: TargetResult): string[] {
  const sign = direction === 'at-most' ? '≤' : '≥';
  const suffix = unit === '×' ? unit : ` ${unit}`;
  return [target, `${sign} ${figure(limit)}${suffix}`, met ? 'yes' : '**no**', `${figure(measured)}${suffix}`];
}
