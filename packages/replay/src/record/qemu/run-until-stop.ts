import { RemoteError } from './remote-error.ts';
import type { StopReply } from './stop-reply.ts';
import type { RemoteTarget } from './target.ts';

/** Milliseconds between two looks at a running machine. */
const LOOK = 100;

/**
 * Lets a machine run until it stops. One that says nothing for `timeout` milliseconds is asked to stop, which proves
 * that it is still there; so is one that runs when `end` is given. Throws {@link RemoteError} if it does not stop within
 * `timeout` then.
 */
export async function runUntilStop(target: RemoteTarget, end: AbortSignal, timeout: number): Promise<StopReply> {
  const running = target.resume();
  // If it is the silence that ends this, the machine's own answer has nobody to hear it.
  running.catch(() => {});
  const began = performance.now();
  let asked: number | undefined;
  let timer: ReturnType<typeof setInterval> | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setInterval(() => {
      const now = performance.now();
      if (!end.aborted && now - began < timeout) return;
      asked ??= now;
      if (now - asked > timeout) reject(new RemoteError('timeout', silent(timeout)));
      // One that comes while the machine is stopped already is lost: it is asked again.
      else target.interrupt();
    }, LOOK);
  });
  try {
    return await Promise.race([running, silence]);
  } finally {
    clearInterval(timer);
  }
}

function silent(timeout: number): string {
  return `the machine was asked to stop and did not within ${timeout / 1000} s; expected that it stops. Next: see what QEMU does`;
}
