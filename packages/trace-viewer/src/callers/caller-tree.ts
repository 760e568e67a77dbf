import { symbolOf } from '@heaplay/replay';

/** A caller within those that called it, and what it and all that it calls come to. */
export interface CallerNode {
  /** Its symbol; of the root, `all`. */
  readonly name: string;
  /** The names from the outermost caller to this one, joined: it tells the node from all others. */
  readonly path: string;
  /** 0: the root. */
  readonly depth: number;
  readonly value: number;
  /** What it comes to itself, without what it calls. */
  readonly own: number;
  readonly parent: CallerNode | null;
  /** The largest first. */
  readonly children: readonly CallerNode[];
}

/** What stands for a caller that the trace does not tell. */
export const UNKNOWN = 'not recorded';

const SEPARATOR = ' ‹ ';

interface Growing {
  readonly name: string;
  value: number;
  own: number;
  readonly inside: Map<string, Growing>;
}

/**
 * The tree of callers, the outermost one first, with the sums of a column of figures. `sites`: calls from two places of
 * one function are two callers. Callers that come to nothing are left out.
 */
export function callerTree(
  stacks: readonly (readonly string[])[],
  figures: ArrayLike<number>,
  sites: boolean,
): CallerNode {
  const root: Growing = { name: 'all', value: 0, own: 0, inside: new Map() };
  stacks.forEach((stack, at) => {
    const value = figures[at] ?? 0;
    if (value === 0) return;
    let node = root;
    node.value += value;
    for (const name of namesOf(stack, sites)) {
      const inner = node.inside.get(name) ?? { name, value: 0, own: 0, inside: new Map<string, Growing>() };
      node.inside.set(name, inner);
      inner.value += value;
      node = inner;
    }
    node.own += value;
  });
  return finished(root, null, '');
}

function namesOf(stack: readonly string[], sites: boolean): readonly string[] {
  if (stack.length === 0) return [UNKNOWN];
  return stack.map((caller) => (sites ? caller : symbolOf(caller))).toReversed();
}

function finished({ name, value, own, inside }: Growing, parent: CallerNode | null, path: string): CallerNode {
  const children: CallerNode[] = [];
  const node: CallerNode = { name, path, depth: parent === null ? 0 : parent.depth + 1, value, own, parent, children };
  const sorted = [...inside.values()].toSorted((a, b) => b.value - a.value || (a.name < b.name ? -1 : 1));
  for (const child of sorted) {
    children.push(finished(child, node, path === '' ? child.name : `${path}${SEPARATOR}${child.name}`));
  }
  return node;
}

/** Where a caller is drawn: as shares of the width, and how many callers lie below it. */
export interface FlameFrame {
  readonly node: CallerNode;
  readonly left: number;
  readonly width: number;
  readonly depth: number;
}

/**
 * The frames of a flame graph that are at least as wide as `narrowest`, a share of the width. `zoomed` is as wide as all
 * of it, with the callers that it lies in below.
 */
export function framesOf(root: CallerNode, zoomed: CallerNode, narrowest: number): readonly FlameFrame[] {
  const frames: FlameFrame[] = [];
  for (let node = zoomed.parent; node !== null; node = node.parent) {
    frames.unshift({ node, left: 0, width: 1, depth: node.depth });
  }
  const total = zoomed.value;
  const add = (node: CallerNode, left: number): void => {
    const width = total === 0 ? 1 : node.value / total;
    // What lies within is narrower still.
    if (width < narrowest) return;
    frames.push({ node, left, width, depth: node.depth });
    let at = left;
    for (const child of node.children) {
      add(child, at);
      at += total === 0 ? 0 : child.value / total;
    }
  };
  if (root.value > 0) add(zoomed, 0);
  return frames;
}

/** The caller of a path; undefined if it is not there, or comes to nothing. */
export function nodeAt(root: CallerNode, path: string): CallerNode | undefined {
  if (path === '') return root;
  let node: CallerNode | undefined = root;
  for (const name of path.split(SEPARATOR)) node = node?.children.find((child) => child.name === name);
  return node;
}

/** Does the caller's own name have this word in it, whatever the case? */
export function matches({ name }: CallerNode, word: string): boolean {
  return word !== '' && name.toLowerCase().includes(word.toLowerCase());
}

/** What the callers come to that have a word in their names, or lie within one that has, each counted once. */
export function valueOfMatches(node: CallerNode, word: string): number {
  if (matches(node, word)) return node.value;
  return node.children.reduce((sum, child) => sum + valueOfMatches(child, word), 0);
}
