import type { GroupResult } from '../harness/run-group.ts';
import type { RunFile } from './run-file.ts';

/** One of Heaplay's figures in two runs. */
export interface Change {
  readonly group: string;
  readonly subject: string;
  readonly reference: string;
  readonly before: number;
  readonly after: number;
  /**
   * The later ratio by the earlier one: above 1 it got worse. Of the medians' ratio and that of the shortest times the
   * one that changed less for the worse counts: a busy machine moves either, slower code moves both.
   */
  readonly change: number;
}

/**
 * Compares Heaplay's own ratios in two runs. What was measured in both counts; where Heaplay is its own reference,
 * the whole group is left out, since the ratio says nothing of its speed.
 */
export function compareRuns(before: RunFile, after: RunFile): Change[] {
  return after.groups.flatMap((group) => {
    const earlier = before.groups.find((other) => other.group === group.group);
    return group.subjects.flatMap(({ subject, ours, ratio }) => {
      const was = earlier?.subjects.find((other) => other.subject === subject)?.ratio;
      if (!ours || subject === group.reference || earlier === undefined || ratio === undefined || was === undefined) {
        return [];
      }
      const best = bestRatio(group, subject) / bestRatio(earlier, subject);
      const change = Math.min(ratio / was, best);
      return { group: group.group, subject, reference: group.reference, before: was, after: ratio, change };
    });
  });
}

/** Shortest time of a subject by that of the group's reference. */
function bestRatio({ subjects, reference }: GroupResult, subject: string): number {
  const best = (name: string): number => subjects.find((other) => other.subject === name)?.best ?? NaN;
  return best(subject) / best(reference);
}
