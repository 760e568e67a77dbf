import { z } from 'zod';

/** Keys that a producer may add to any object of a trace; they are carried along and never looked at. */
export interface Extensions {
  readonly [key: `x-${string}`]: unknown;
}

/** May this key stand in a trace although the format does not know it? */
export function isExtensionKey(key: string): boolean {
  return key.startsWith('x-');
}

/**
 * An object with exactly these keys, and any number of `x-` keys.
 * A key that is neither gives one issue of code `unrecognized_keys`, so that a misspelling is reported as such.
 */
export function openObject<S extends z.ZodRawShape>(shape: S, expected = 'an object'): z.ZodObject<S, z.core.$loose> {
  const known = new Set(Object.keys(shape));
  return z.looseObject(shape, expected).check((context) => {
    const keys = Object.keys(context.value).filter((key) => !known.has(key) && !isExtensionKey(key));
    if (keys.length > 0) context.issues.push({ code: 'unrecognized_keys', keys, input: context.value });
  });
}
