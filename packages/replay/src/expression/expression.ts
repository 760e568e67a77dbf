import { Environment } from '@marcbachmann/cel-js';
import { unusableFreeSpace } from '@heaplay/core';
import type { HeapReader } from '@heaplay/core';
import { ExpressionError, describeCelError } from './expression-error.ts';
import { DomainView, HeapView, NodeView, OrderView, PageView, ZoneView } from './heap-types.ts';
import type { Moment } from './moment.ts';
import { namedIn } from './named.ts';
import { plainValue, tellingParts } from './part-values.ts';
import type { PartValue } from './part-values.ts';
import { callToCel, partToCel, valueToCel } from './to-cel.ts';

/** A condition that holds at a moment of a run, or does not. */
export interface Expression {
  readonly text: string;
  /** Does it look at the heap, and not at the record, its call and what came of it alone? */
  readonly readsHeap: boolean;
  /** Throws {@link ExpressionError} where it cannot be answered. */
  holds(moment: Moment): boolean;
  /** Why it holds, or not: what the sides of its comparisons are. A part that cannot be answered is left out. */
  values(moment: Moment): readonly PartValue[];
}

/** The names that an expression may use. `heap` is asked at each evaluation. */
function environmentOf(heap: () => HeapReader): Environment {
  return new Environment()
    .registerType('Heap', {
      ctor: HeapView,
      fields: { freePages: 'int', claims: 'int', needScrub: 'int', largestOrder: 'int', failures: 'int' },
    })
    .registerType('Node', { ctor: NodeView, fields: { freePages: 'int', needScrub: 'int' } })
    .registerType('Zone', { ctor: ZoneView, fields: { freePages: 'int' } })
    .registerType('Order', { ctor: OrderView, fields: { freeBlocks: 'int' } })
    .registerType('Domain', {
      ctor: DomainView,
      fields: {
        exists: 'bool',
        totalPages: 'int',
        extraPages: 'int',
        maxPages: 'int',
        outstandingPages: 'int',
        dying: 'bool',
      },
    })
    .registerType('Page', {
      ctor: PageView,
      fields: { state: 'string', owner: 'dyn', order: 'int', head: 'int', xenHeap: 'bool', dirty: 'bool' },
    })
    .registerVariable('record', 'int')
    .registerVariable('call', 'dyn')
    .registerVariable('result', 'dyn')
    .registerVariable('failed', 'bool')
    .registerVariable('heap', 'Heap')
    .registerFunction('node(int): Node', (id: bigint) => new NodeView(heap(), id))
    .registerFunction('zone(int, int): Zone', (node: bigint, zone: bigint) => new ZoneView(heap(), node, zone))
    .registerFunction('order(int): Order', (order: bigint) => new OrderView(heap(), order))
    .registerFunction('domain(int): Domain', (id: bigint) => new DomainView(heap(), id))
    .registerFunction('page(int): Page', (mfn: bigint) => new PageView(heap(), mfn))
    .registerFunction('fragmentation(int): double', (order: bigint) => unusableFreeSpace(heap(), Number(order)));
}

/**
 * Makes a condition of a text in CEL, over `record`, `call`, `result`, `failed`, `heap`, `node(id)`, `zone(node, id)`,
 * `order(n)`, `domain(id)`, `page(mfn)` and `fragmentation(order)`. Throws {@link ExpressionError}, which points at the
 * column, for one that cannot be read, names what is not there, or is no condition.
 */
export function compileExpression(text: string): Expression {
  const eye = new Eye();
  const environment = environmentOf(() => eye.seen.heap);
  const program = attempt(text, () => environment.parse(text));
  const checked = program.check();
  if (!checked.valid) throw describeCelError(text, checked.error);
  if (checked.type !== 'bool' && checked.type !== 'dyn') {
    throw new ExpressionError(text, {
      column: 1,
      found: `it is of type ${checked.type}`,
      expected: 'a condition: something that is true or false',
    });
  }
  const named = namedIn(program.ast);
  eye.callKeys = named.callKeys;
  return {
    text,
    readsHeap: named.heap,
    holds(moment) {
      const { record } = moment;
      const value = attempt(text, () => program(eye.at(moment) as unknown as Record<string, unknown>), record);
      if (typeof value === 'boolean') return value;
      const found = typeof value === 'bigint' ? 'an int' : value === null ? 'null' : `a ${typeof value}`;
      throw new ExpressionError(text, { column: 1, found: `it is ${found}`, expected: 'true or false', record });
    },
    values(moment) {
      const seen = eye.at(moment) as unknown as Record<string, unknown>;
      return tellingParts(program.ast).flatMap((part) => {
        try {
          return [{ text: part, value: plainValue(environment.parse(part)(seen)) }];
        } catch {
          // What stands behind && or || need not make sense where the other side decides.
          return [];
        }
      });
    },
  };
}

/**
 * Looks at one moment after the other. What `call`, `heap` and the others stand for is looked up only if the expression
 * names them.
 */
class Eye {
  /** The keys of `call` that are asked for; null: all of them. */
  callKeys: readonly string[] | null = null;
  private moment: Moment | undefined;

  at(moment: Moment): this {
    this.moment = moment;
    return this;
  }

  get seen(): Moment {
    if (this.moment === undefined) throw new Error('an expression is evaluated at a moment');
    return this.moment;
  }

  get record(): bigint {
    return BigInt(this.seen.record);
  }

  get call(): Record<string, unknown> {
    return this.callKeys === null ? callToCel(this.seen.call) : partToCel(this.seen.call, this.callKeys);
  }

  get result(): unknown {
    return valueToCel(this.seen.result);
  }

  get failed(): boolean {
    return this.seen.failed;
  }

  get heap(): HeapView {
    return new HeapView(this.seen.heap, this.seen.failures);
  }
}

function attempt<T>(text: string, action: () => T, record?: number): T {
  try {
    return action();
  } catch (error) {
    throw describeCelError(text, error, record);
  }
}
