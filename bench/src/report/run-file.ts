import { readFileSync } from 'node:fs';
import type { GroupResult } from '../harness/run-group.ts';
import type { TargetResult } from './targets.ts';

/** What a run leaves behind. */
export interface RunFile {
  readonly node: string;
  readonly cpu: string;
  readonly quick: boolean;
  readonly groups: readonly GroupResult[];
  readonly targets: readonly TargetResult[];
}

/** Reads what `--json` wrote. */
export function readRunFile(path: string): RunFile {
  return JSON.parse(readFileSync(path, 'utf8')) as RunFile;
}
