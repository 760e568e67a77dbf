/** Who wrote a line: the hypervisor, the guest or other program whose console runs through the same log, or whoever made the file. */
export type LineSource = 'xen' | 'other' | 'comment';

/** A line of a log without what transport and consoles put around it. */
export interface LogLine {
  /** Number of the line in the file, from 1. What was torn apart keeps the number of its first part. */
  readonly number: number;
  readonly source: LineSource;
  /** Without white space at its ends. */
  readonly text: string;
}
