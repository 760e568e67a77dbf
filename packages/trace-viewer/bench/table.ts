/** Something that was measured. */
export interface Figure {
  readonly what: string;
  readonly unit: string;
  /** Undefined: it could not be measured here. */
  readonly value: number | undefined;
  /** The target, if there is one: no more than this, or no less. */
  readonly most?: number;
  readonly least?: number;
}

/** The figures as a table. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [figure.what, target(figure), met(figure), written(figure.value, figure.unit)]);
  const all = [['what', 'target', 'met', 'measured'], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |\n`;
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [all[0] ?? [], rule, ...rows].map(line).join('');
}

function target({ most, least, unit }: Figure): string {
  if (most !== undefined) return `≤ ${written(most, unit)}`;
  return least === undefined ? '' : `≥ ${written(least, unit)}`;
}

function met({ value, most, least }: Figure): string {
  if (value === undefined || (most === undefined && least === undefined)) return '';
  return value <= (most ?? Infinity) && value >= (least ?? -Infinity) ? 'yes' : 'no';
}

function written(value: number | undefined, unit: string): string {
  if (value === undefined) return '–';
  return `${value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 1 : 0 })} ${unit}`.trimEnd();
}
