/** One thing that is timed: it works through the same events as the others of its group. */
export interface Subject {
  readonly name: string;
  /** Is this Heaplay itself, and not something that it is compared with? */
  readonly ours: boolean;
  /** Events (or bytes, or runs) of one call of `run`: the figure is the time for one of them. */
  readonly events: number;
  /** Before each `run`, untimed. */
  prepare?(): void;
  /** What is timed. */
  run(): unknown;
  /** Does `run` return a promise to wait for? */
  readonly async?: boolean;
  /** Run only in every n-th round, because it is slow; 1 unless said. */
  readonly every?: number;
}

/** A figure that is not the time of an event: measured once, behind the rounds. */
export interface Figure {
  readonly name: string;
  readonly unit: 'MiB' | 'ms';
  measure(): number;
}

/** What a group measures: its subjects, or these and figures beside them. */
export type GroupParts = Subject[] | Measured;

interface Measured {
  readonly subjects: Subject[];
  readonly figures: Figure[];
}

/** Both of them. */
export function measuredParts(parts: GroupParts): Measured {
  return Array.isArray(parts) ? { subjects: parts, figures: [] } : parts;
}

/** Subjects that are compared with each other, and what an event of theirs is. */
export interface Group {
  readonly name: string;
  readonly title: string;
  /** What the time of one of is given. */
  readonly unit: string;
  /** The subject to which the ratios of the others are taken. */
  readonly reference: string;
  /** Rounds of a whole run; each runs every subject once. */
  readonly rounds: number;
  /** Rounds before them whose times do not count, in which the code is compiled; 4 unless said. */
  readonly warmup?: number;
  /** Makes the subjects. `quick`: fewer events, for a look. */
  subjects(quick: boolean): GroupParts | Promise<GroupParts>;
}
