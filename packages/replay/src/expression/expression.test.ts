import { beforeAll, describe, expect, it } from 'vitest';
import { bytesOf, smallTimeline } from '../../test/small-timeline.ts';
import type { Timeline } from '../timeline/timeline.ts';
import { ExpressionError } from './expression-error.ts';
import { compileExpression } from './expression.ts';

let timeline: Timeline;
beforeAll(async () => {
  timeline = await smallTimeline([
    { type: 'init_domheap_pages', ...bytesOf(256, 1024) },
    { type: 'domain_create', domain: 1, maxPages: 100 },
    { type: 'alloc_domheap_pages', domain: 1, order: 0, flags: ['no_tlbflush'], caller: ['f+0x1', 'g'] },
    { type: 'alloc_xenheap_pages', order: 2, at: 7, cpu: 0 },
    { type: 'domain_set_outstanding_pages', domain: 1, pages: 50 },
    { type: 'alloc_domheap_pages', order: 10 },
    { type: 'free_domheap_pages', mfn: 1023, order: 0 },
    { type: 'domain_kill', domain: 1 },
    { type: 'observe_avail', minBits: 0, maxBits: 0, pages: 764 },
  ]);
});

/** Frames that the records above allocate: the page of d1, and the four of the xen heap. */
const PAGE = 1023;
const XEN = 1016;

function holds(text: string, record = timeline.length): boolean {
  return compileExpression(text).holds(timeline.momentAt(record));
}

function problemOf(action: () => unknown): ExpressionError {
  try {
    action();
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
  throw new Error('no error');
}

describe('[EXPR-1] what a condition can name', () => {
  it.each([
    [3, 'record == 3'],
    [3, 'call.type == "alloc_domheap_pages" && call.order == 0 && call.domain == 1'],
    [3, '"no_tlbflush" in call.flags && call.caller[0] == "f+0x1" && call.cpu == 0'],
    [3, `result == ${PAGE} && !failed`],
    [4, 'call.at == 7 && result == 1016'],
    [6, 'failed && result == null && call.order == 10'],
    [5, 'heap.failures == 0'],
    [6, 'heap.failures == 1'],
    [9, 'heap.failures == 1'],
    [0, 'heap.freePages == 0 && heap.largestOrder == -1'],
    [1, 'heap.freePages == 768 && heap.largestOrder == 9'],
    [1, 'heap.needScrub == node(0).needScrub'],
    [5, 'heap.claims == 49 && domain(1).outstandingPages == 49'],
    [4, 'node(0).freePages == 763 && node(7).freePages == 0'],
    [4, 'zone(0, 10).freePages == 507 && zone(0, 9).freePages == 256 && zone(0, 99).freePages == 0'],
    [4, 'zone(3, 10).freePages == 0 && zone(0, -1).freePages == 0'],
    [
      1,
      'order(9).freeBlocks == 1 && order(8).freeBlocks == 1 && order(10).freeBlocks == 0 && order(-1).freeBlocks == 0',
    ],
    [3, 'domain(1).totalPages == 1 && domain(1).maxPages == 100 && domain(1).exists && !domain(1).dying'],
    [3, 'domain(1).extraPages == 0 && !domain(2).exists && domain(2).totalPages == 0'],
    [8, 'domain(1).dying'],
    [3, `page(${PAGE}).state == "in-use" && page(${PAGE}).owner == 1 && page(${PAGE}).order == 0`],
    [3, `page(${PAGE}).head == ${PAGE} && !page(${PAGE}).xenHeap && !page(${PAGE}).dirty`],
    [4, `page(${XEN + 1}).head == ${XEN} && page(${XEN}).order == 2 && page(${XEN}).xenHeap`],
    [4, `page(${XEN}).owner == null`],
    [7, `page(${PAGE}).state == "free"`],
    [1, 'page(0).state == "outside" && page(0x100).state == "free"'],
    [1, 'fragmentation(0) == 0.0 && fragmentation(9) > 0.33 && fragmentation(9) < 0.34 && fragmentation(10) == 1.0'],
    [9, 'call.type == "observe_avail" && call.pages == 764 && result == null'],
  ])('behind record %d: %s', (record, text) => {
    expect(holds(text, record)).toBe(true);
    expect(holds(`!(${text})`, record)).toBe(false);
  });

  it('[EXPR-2] a key that a call lacks is null, and power-on is a call of its own', () => {
    expect(holds('call.order == 9', 2)).toBe(false);
    expect(holds('call.order == null && call.mfn == null && call.caller == [] && call.flags == []', 2)).toBe(true);
    expect(holds('call.type == "power-on" && call.domain == null && record == 0 && !failed', 0)).toBe(true);
    expect(holds('result == null', 0)).toBe(true);
  });
});

describe('[EXPR-3] an expression that cannot be read points at the column', () => {
  it.each([
    ['', 1, /./],
    ['heap.freePages <', 17, /./],
    ['heap.freePages < 4096 &&& failed', 25, /./],
    ['heap.freePage < 4096', 6, /freePage/],
    ['failed && hep.freePages < 1', 11, /hep/],
    ['nodes(0).freePages == 1', 1, /nodes/],
    ['node("a").freePages == 1', 1, /node/],
    ['heap.freePages', 1, /it is of type int; expected a condition/],
    ['failed &&\nheap.claims < "a"', 11, /./],
  ])('%j: column %d', (text, column, message) => {
    const error = problemOf(() => compileExpression(text));
    expect(error.column).toBe(column);
    expect(error.record).toBeNull();
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/^column \d+: .*; expected .*\n  .*\n +\^$/);
    const [, line = '', mark = ''] = error.message.split('\n');
    expect(line).toBe(`  ${text.replaceAll('\n', ' ')}`);
    expect(mark.indexOf('^')).toBe(column + 1);
  });

  it('names that are not there are told beside those that are', () => {
    expect(problemOf(() => compileExpression('hep.freePages < 1')).message).toMatch(/expected record, call, result/);
  });
});

describe('[EXPR-4] an expression that cannot be answered at a record names the record', () => {
  it.each([
    ['call.order + 1 > 0', 2, /record 2, column \d+: /],
    ['call.nothing == 1', 3, /record 3, column \d+: .*nothing.*has\(call\.KEY\)/],
    ['10 / (record - 3) > 1', 3, /record 3, column \d+: .*divisor that is not 0/],
    ['page(4096).state == "free"', 3, /record 3, column \d+: .*page\(4096\): the frame table ends before 4096/],
    ['page(-1).state == "free"', 3, /record 3/],
    ['result', 4, /record 4, column 1: it is an int; expected true or false/],
  ])('%s at record %d', (text, record, message) => {
    const error = problemOf(() => holds(text, record));
    expect(error.record).toBe(record);
    expect(error.message).toMatch(message);
  });

  it('elsewhere it is answered', () => {
    expect(holds('call.order + 1 > 0', 3)).toBe(true);
    expect(holds('page(4095).state == "outside"', 3)).toBe(true);
    expect(holds('has(call.nothing)', 3)).toBe(false);
  });
});

describe('[EXPR-5] an expression knows whether it looks at the heap', () => {
  it.each([
    ['record == 3', false],
    ['failed && call.order > 3 && result == null', false],
    ['call.caller.exists(c, c.startsWith("f"))', false],
    ['call.type == "heap" && call.page == null', false],
    ['heap.freePages < 9', true],
    ['failed && (call.order == 1 || page(9).dirty)', true],
    ['[1, 2].exists(n, order(n).freeBlocks > 0)', true],
    ['call.order == 0 ? fragmentation(3) > 0.5 : false', true],
  ])('%s: %s', (text, readsHeap) => {
    expect(compileExpression(text).readsHeap).toBe(readsHeap);
  });
});

describe('[EXPR-6] an expression that names keys of the call says the same as one that takes the whole call', () => {
  const keys = ['type', 'cpu', 'order', 'mfn', 'domain', 'flags', 'caller', 'at', 'maxPages', 'start', 'digest'];
  it.each(keys)('call.%s', (key) => {
    const alone = compileExpression(`has(call.${key}) && call.${key} != "nothing of this kind"`);
    const whole = compileExpression(`has(call.${key}) && call["${key}"] != "nothing of this kind"`);
    const also = compileExpression(`[call].exists(c, has(c.${key}) && c.${key} == call.${key})`);
    for (let record = 0; record <= timeline.length; record++) {
      const moment = timeline.momentAt(record);
      expect([alone.holds(moment), record]).toEqual([whole.holds(moment), record]);
      expect([also.holds(moment), record]).toEqual([whole.holds(moment), record]);
    }
  });
});
