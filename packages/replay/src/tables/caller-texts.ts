import { symbolOf } from '../analysis/stats.ts';

/** A stack as three columns. */
export interface CallerTexts {
  readonly caller: string | null;
  readonly symbol: string | null;
  readonly stack: string | null;
}

const NONE: CallerTexts = { caller: null, symbol: null, stack: null };

/** Writes stacks; the same one once, for a trace holds each as one list. */
export class CallerTable {
  private readonly known = new WeakMap<readonly string[], CallerTexts>();

  /** The texts of a stack, innermost first. */
  textsOf(stack: readonly string[] | undefined): CallerTexts {
    const [caller] = stack ?? [];
    if (stack === undefined || caller === undefined) return NONE;
    const known = this.known.get(stack);
    if (known !== undefined) return known;
    const texts = { caller, symbol: symbolOf(caller), stack: stack.join(';') };
    this.known.set(stack, texts);
    return texts;
  }
}
