/** An expression that cannot be read, or cannot be answered. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  readonly expression: string;
  /** Where in the text, counted from 1. */
  readonly column: number;

  constructor(expression: string, column: number, found: string, expected: string, options?: ErrorOptions) {
    const line = expression.split('\n').join(' ');
    const mark = `${' '.repeat(Math.max(0, column - 1))}^`;
    super(`column ${column}: ${found}; expected ${expected}\n  ${line}\n  ${mark}`, options);
    this.expression = expression;
    this.column = column;
  }
}

const EXPECTED: Readonly<Record<string, string>> = {
  no_such_key: 'a key that is there; has(call.KEY) asks whether one is',
  unknown_variable: 'record, call, result, failed, heap, node(id), zone(node, id), order(n), domain(id), page(mfn)',
  no_such_overload: 'operands of types that go together; a key that a call lacks is null',
  no_matching_overload: 'a function of this name with arguments of these types',
  division_by_zero: 'a divisor that is not 0',
};

/** Any error of the CEL library, or of a function that it called, as one that points at the column. */
export function describeCelError(expression: string, cause: unknown): ExpressionError {
  if (cause instanceof ExpressionError) return cause;
  const [summary = 'an error'] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
  const code = property(cause, 'code');
  const start = property(property(cause, 'range'), 'start');
  const column = typeof start === 'number' ? start + 1 : 1;
  const expected = (typeof code === 'string' ? EXPECTED[code] : undefined) ?? 'an expression in CEL';
  return new ExpressionError(expression, column, summary, expected, { cause });
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
