/** What is wrong with an expression. */
export interface ExpressionProblem {
  /** Where in the text, counted from 1. */
  readonly column: number;
  readonly found: string;
  readonly expected: string;
  /** The record at which it could not be answered; absent if it cannot be read at all. */
  readonly record?: number | undefined;
}

/** An expression that cannot be read, or cannot be answered at some record. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  readonly expression: string;
  readonly problem: ExpressionProblem;

  constructor(expression: string, problem: ExpressionProblem, options?: ErrorOptions) {
    const { column, found, expected, record } = problem;
    const line = expression.split('\n').join(' ');
    const mark = `${' '.repeat(Math.max(0, column - 1))}^`;
    const place = record === undefined ? '' : `record ${record}, `;
    super(`${place}column ${column}: ${found}; expected ${expected}\n  ${line}\n  ${mark}`, options);
    this.expression = expression;
    this.problem = problem;
  }

  /** Where in the text, counted from 1. */
  get column(): number {
    return this.problem.column;
  }

  /** The record at which it could not be answered; null if it cannot be read at all. */
  get record(): number | null {
    return this.problem.record ?? null;
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
export function describeCelError(expression: string, cause: unknown, record?: number): ExpressionError {
  if (cause instanceof ExpressionError) return cause;
  const [found = 'an error'] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
  const code = property(cause, 'code');
  const start = property(property(cause, 'range'), 'start');
  const column = typeof start === 'number' ? start + 1 : 1;
  const expected = (typeof code === 'string' ? EXPECTED[code] : undefined) ?? 'an expression in CEL';
  return new ExpressionError(expression, { column, found, expected, record }, { cause });
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
