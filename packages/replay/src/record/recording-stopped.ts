import type { HeapBug } from '@heaplay/core';

/** Xen would have stopped at a call that was recorded: it never returns. The call is the last record. */
export class RecordingStopped extends Error {
  override readonly name = 'RecordingStopped';
  readonly bug: HeapBug;

  constructor(bug: HeapBug) {
    super(`Xen stops here: ${bug.kind} [${bug.rule}] ${bug.message}`);
    this.bug = bug;
  }
}

/** A call behind the end of a recording. */
export class RecordingEnded extends Error {
  override readonly name = 'RecordingEnded';

  constructor() {
    super('this recording has ended: nothing more can be recorded. Next: begin another one with createRecorder');
  }
}
