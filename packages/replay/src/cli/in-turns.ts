import { setImmediate as turn } from 'node:timers/promises';
import { count, plural } from '../text/format.ts';
import type { Stepwise } from '../timeline/stepwise.ts';
import type { Terminal } from './terminal.ts';

/** Does long work on a run bit by bit, so that an interrupt need not wait for its end, and says how far it has come. */
export async function inTurns<T>(
  work: Stepwise<T>,
  what: string,
  { length }: { readonly length: number },
  { progress }: Terminal,
): Promise<T> {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) {
      progress?.('');
      return value;
    }
    progress?.(`${what}: record ${count(value)} of ${plural(length, 'record')}`);
    await turn();
  }
}
