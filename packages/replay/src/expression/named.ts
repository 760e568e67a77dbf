/** What an expression names, from the tree that the CEL library made of it. */
export interface Named {
  /** Does it look at the heap, and not at the record, its call and what came of it alone? */
  readonly heap: boolean;
  /** The keys of `call` that it names; null if it takes `call` as a whole. */
  readonly callKeys: readonly string[] | null;
}

/** Variables and functions that look at a heap. */
const ABOUT_HEAPS: ReadonlySet<unknown> = new Set(['heap', 'node', 'zone', 'order', 'domain', 'page', 'fragmentation']);

/** What a tree names. A variable of a macro that has the name of something else counts as that: nothing is missed. */
export function namedIn(tree: unknown): Named {
  const keys = new Set<string>();
  let heap = false;
  let whole = false;
  const visit = (part: unknown): void => {
    if (Array.isArray(part)) part.forEach(visit);
    if (typeof part !== 'object' || part === null || !('op' in part) || !('args' in part)) return;
    const { op, args } = part;
    if (op === '.' && Array.isArray(args) && isName(args[0], 'call') && typeof args[1] === 'string') {
      keys.add(args[1]);
      return;
    }
    if (op === 'id') {
      heap ||= ABOUT_HEAPS.has(args);
      whole ||= args === 'call';
    }
    if (op === 'call' && Array.isArray(args)) heap ||= ABOUT_HEAPS.has(args[0]);
    visit(args);
  };
  visit(tree);
  return { heap, callKeys: whole ? null : [...keys] };
}

function isName(tree: unknown, name: string): boolean {
  return (
    typeof tree === 'object' &&
    tree !== null &&
    'op' in tree &&
    'args' in tree &&
    tree.op === 'id' &&
    tree.args === name
  );
}
