import type { WorkloadParameters } from './catalogue.ts';

/** A parameter with which a workload makes no sense: its value, and what would be possible. */
export class WorkloadError extends Error {
  override readonly name = 'WorkloadError';
  readonly parameter: keyof WorkloadParameters;
  readonly found: number;
  /** The least and the greatest value; null where the workload chooses for itself. */
  readonly range: readonly [least: number, most: number] | null;

  constructor(workload: string, parameter: keyof WorkloadParameters, found: number, range: WorkloadError['range']) {
    const expected = range === null ? 'nothing: it chooses for itself' : `an integer from ${range[0]} to ${range[1]}`;
    super(`${workload}: ${parameter}: found ${found}; expected ${expected}`);
    this.parameter = parameter;
    this.found = found;
    this.range = range;
  }
}
