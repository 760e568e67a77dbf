import { compileExpression } from '../expression/expression.ts';
import type { Expression } from '../expression/expression.ts';
import { ExpressionError } from '../expression/expression-error.ts';
import { UsageError } from './exit.ts';

/** A condition given as the value of an option, with errors that name the option. */
export function condition(option: string, text: string): Expression {
  const expression = named(option, () => compileExpression(text));
  return { ...expression, holds: (moment) => named(option, () => expression.holds(moment)) };
}

function named<T>(option: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof ExpressionError) throw new UsageError(`${option}: ${error.message}`);
    throw error;
  }
}
