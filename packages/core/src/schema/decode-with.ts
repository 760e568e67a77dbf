import { z } from 'zod';
import { type Decoded, type FieldProblem, decoded, refused } from './decoded.ts';
import { describePath, describeValue, valueAt } from './describe-value.ts';
import { suggestName } from './did-you-mean.ts';
import { isExtensionKey } from './open-object.ts';

/** Checks a JSON value against a schema; a refusal names the first thing that is wrong. */
export function decodeWith<T>(schema: z.ZodType<T>, value: unknown): Decoded<T> {
  // An unknown key comes before all else: it is most likely the misspelling of a key that is then missed.
  // It is looked for in what came in, since zod drops a key named `__proto__` before any check sees it.
  const unknown = findUnknownKey(schema, value, []);
  if (unknown !== undefined) return refused(unknown);
  const parsed = schema.safeParse(value);
  return parsed.success ? decoded(parsed.data) : refused(explainIssue(parsed.error, value));
}

function explainIssue(error: z.ZodError, input: unknown): FieldProblem {
  const issue = error.issues[0];
  const path = issue?.path ?? [];
  const found = valueAt(input, path);
  const problem = {
    field: describePath(path),
    found: describeValue(found),
    expected: issue?.message ?? 'something else',
  };
  return found === undefined && path.length > 0 ? { ...problem, hint: `add "${String(path.at(-1))}"` } : problem;
}

function findUnknownKey(
  schema: z.core.$ZodType,
  value: unknown,
  path: readonly PropertyKey[],
): FieldProblem | undefined {
  if (schema instanceof z.ZodExactOptional || schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    return findUnknownKey(schema.unwrap(), value, path);
  }
  if (schema instanceof z.ZodArray && Array.isArray(value)) {
    return firstOf(value, (element, i) => findUnknownKey(schema.element, element, [...path, i]));
  }
  if (!(schema instanceof z.ZodObject) || typeof value !== 'object' || value === null) return undefined;
  const known = Object.keys(schema.shape);
  return firstOf(Object.entries(value), ([key, inner]) => {
    const innerSchema = Object.hasOwn(schema.shape, key) ? schema.shape[key] : undefined;
    if (innerSchema !== undefined) return findUnknownKey(innerSchema, inner, [...path, key]);
    return isExtensionKey(key) ? undefined : unknownKey(key, inner, path, known);
  });
}

function unknownKey(key: string, value: unknown, path: readonly PropertyKey[], known: readonly string[]): FieldProblem {
  return {
    field: describePath([...path, key]),
    found: `an unknown key, with value ${describeValue(value)}`,
    expected: 'a key of the format, or one that starts with "x-"',
    hint: suggestName(key, known),
  };
}

function firstOf<T, R>(items: readonly T[], find: (item: T, index: number) => R | undefined): R | undefined {
  for (const [i, item] of items.entries()) {
    const found = find(item, i);
    if (found !== undefined) return found;
  }
  return undefined;
}
