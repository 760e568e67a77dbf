import { CALL_CLASSES } from '@heaplay/replay';
import type { RunScale } from '../timeline/axis.ts';
import type { RunDiff } from './compare-handlers.ts';
import type { DifferenceKind } from './class-words.ts';
import { recordInA } from './difference-places.ts';

/** A row of the track of differences. */
export interface DifferenceMarks {
  readonly name: 'moved' | 'failed' | 'other';
  /** All calls of the run that belong to it, whether they are seen or not. */
  readonly calls: number;
  /** Calls in each part of what is seen, all parts equally wide along the axis. */
  readonly inPart: Uint32Array;
}

const ROWS: readonly (readonly [DifferenceMarks['name'], readonly DifferenceKind[]])[] = [
  ['moved', ['moved']],
  ['failed', ['failedOnlyInA', 'failedOnlyInB']],
  ['other', ['changed', 'orphaned', 'onlyInA', 'onlyInB']],
];

/** Where along the axis calls have other frames, fail on one side only, or differ otherwise: rows that have any. */
export function differenceMarks(
  diff: Pick<RunDiff, 'a' | 'b' | 'pairs' | 'classes'>,
  scale: RunScale,
  parts: number,
): readonly DifferenceMarks[] {
  return ROWS.map(([name, kinds]) => {
    const wanted = new Set(kinds.map((kind) => CALL_CLASSES.indexOf(kind)));
    const inPart = new Uint32Array(parts);
    let calls = 0;
    diff.classes.forEach((kind, row) => {
      if (!wanted.has(kind)) return;
      calls++;
      const share = scale.share(scale.placeOf(recordInA(diff, row)));
      if (share < 0 || share > 1) return;
      const part = Math.min(parts - 1, Math.floor(share * parts));
      inPart[part] = (inPart[part] ?? 0) + 1;
    });
    return { name, calls, inPart };
  }).filter(({ calls }) => calls > 0);
}
