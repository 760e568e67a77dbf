import { serialize } from '@marcbachmann/cel-js';
import type { ASTNode } from '@marcbachmann/cel-js';

/** A part of a condition and what it was at a moment. */
export interface PartValue {
  readonly text: string;
  /** Plain: numbers, texts, true, false, null, lists and objects of these. */
  readonly value: unknown;
}

/**
 * The parts of a condition that tell why it holds, as texts: the sides of its comparisons that are no literals, and
 * what else is true or false in it, each once.
 */
export function tellingParts(condition: ASTNode): readonly string[] {
  const parts = new Set<string>();
  addParts(condition, parts);
  return [...parts];
}

function addParts(node: ASTNode, parts: Set<string>): void {
  switch (node.op) {
    case '&&':
    case '||':
    case '?:':
      for (const part of node.args) addParts(part, parts);
      break;
    case '!_':
      addParts(node.args, parts);
      break;
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
    case 'in':
      for (const side of node.args) if (!isLiteral(side)) parts.add(serialize(side));
      break;
    default:
      if (!isLiteral(node)) parts.add(serialize(node));
  }
}

function isLiteral(node: ASTNode): boolean {
  if (node.op === 'list') return node.args.every(isLiteral);
  return node.op === 'value' || (node.op === '-_' && isLiteral(node.args));
}

/** What CEL came to, without its integers and classes. */
export function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(plainValue);
  if (typeof value !== 'object' || value === null) return value ?? null;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plainValue(inner)]));
}
