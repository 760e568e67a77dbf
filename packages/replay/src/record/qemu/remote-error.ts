/** What went wrong with a target: it is gone, it is silent, it answers nonsense, or it refuses what was asked. */
export type RemoteProblem = 'closed' | 'timeout' | 'nonsense' | 'refused';

/** A target of the GDB remote protocol cannot be worked with (any more). */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';
  readonly problem: RemoteProblem;

  constructor(problem: RemoteProblem, message: string) {
    super(message);
    this.problem = problem;
  }
}

/** A Xen that cannot be recorded: its build is not known, or what is to be recorded is over. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';
}
