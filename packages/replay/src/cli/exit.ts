/** How a command ended, for the shell. */
export const EXIT = {
  /** Done, or: the answer is yes. */
  ok: 0,
  /** The answer is no: a mismatch, a difference, not found, a rule broken. */
  no: 1,
  /** Wrong usage. */
  usage: 2,
  /** Bad input: it cannot be read as what it should be. */
  input: 3,
  /** A bug of this program. */
  internal: 70,
  /** Interrupted by the user. */
  interrupted: 130,
} as const;

/** One of the exit codes. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The command line asks for something that there is not. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A file beside the traces cannot be read as what it should be. */
export class BadFile extends Error {
  override readonly name = 'BadFile';
}
