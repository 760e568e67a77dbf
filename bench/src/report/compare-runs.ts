import type { RunFile } from './run-file.ts';

/** One of Heaplay's figures in two runs. */
export interface Change {
  readonly group: string;
  readonly subject: string;
  readonly reference: string;
  readonly before: number;
  readonly after: number;
  /** The later ratio by the earlier one: above 1 it got worse. */
  readonly change: number;
}

/**
 * Compares Heaplay's own ratios in two runs. What was measured in both counts; where Heaplay is its own reference,
 * the whole group is left out, since the ratio says nothing of its speed.
 */
export function compareRuns(before: RunFile, after: RunFile): Change[] {
  return after.groups.flatMap(({ group, reference, subjects }) => {
    const earlier = before.groups.find((other) => other.group === group);
    return subjects.flatMap(({ subject, ours, ratio }) => {
      const was = earlier?.subjects.find((other) => other.subject === subject)?.ratio;
      if (!ours || subject === reference || ratio === undefined || was === undefined) return [];
      return { group, subject, reference, before: was, after: ratio, change: ratio / was };
    });
  });
}
