import { CLEAN, firstDirtyOf, freeOrderOf } from '../state/block-record.ts';
import type { BlockMeta } from '../state/block-record.ts';
import { NIL } from '../state/block-table.ts';
import type { Transaction } from '../state/transaction.ts';
import { largestOrderAt } from '../units/mfn.ts';
import { orderPages } from '../units/order.ts';
import type { NodeId } from '../units/ids.ts';
import { clearFree } from './block-surgery.ts';
import { insertFree } from './free-insert.ts';

/** What a scrubbed page weighs; a page passed over as clean weighs 1 (SCRUB-1). */
const SCRUBBED_WEIGHT = 100;
/** Above this weight a call that others wait for stops. */
const PREEMPT_WEIGHT = 800;

/** How far one call may go. */
interface ScrubBudget {
  /** Pages that it may still scrub. */
  pages: number;
  readonly preempt: boolean;
  weight: number;
}

/**
 * Scrubs dirty free pages (SCRUB-1); returns whether there is more to do for this CPU.
 * `pages` limits how many dirty pages are scrubbed, as a recording saw it; undefined: no limit.
 */
export function scrubFreePages(tx: Transaction, cpu: number, preempt: boolean, pages: number | undefined): boolean {
  const node = nodeToScrub(tx, cpu);
  if (node === undefined) return false;
  const budget: ScrubBudget = { pages: pages ?? Infinity, preempt, weight: 0 };
  if (budget.pages > 0) scrubNode(tx, node, budget);
  return nodeToScrub(tx, cpu) !== undefined;
}

/** The CPU's own node if it needs a scrub, else the closest one without CPUs that does. */
function nodeToScrub(tx: Transaction, cpu: number): NodeId | undefined {
  const { machine, nodes } = tx.platform;
  const home = tx.platform.nodeOfCpu(cpu);
  if (tx.node(home).needScrub > 0) return home;
  return nodes.find((node) => !machine.cpus.includes(node) && tx.node(node).needScrub > 0);
}

function scrubNode(tx: Transaction, node: NodeId, budget: ScrubBudget): void {
  const { lists, blocks, platform } = tx;
  const heap = tx.node(node);
  for (let zone = 0; zone < platform.zones; zone++) {
    for (let order = platform.config.maxOrder; order >= 0; order--) {
      for (;;) {
        if (heap.needScrub === 0) return;
        const mfn = lists.last(node, zone, order);
        if (mfn === NIL) break;
        const meta = blocks.metaAt(mfn, order);
        if (firstDirtyOf(meta) === CLEAN) break;
        if (!scrubBlock(tx, node, zone, mfn, meta, budget)) return;
      }
    }
  }
}

/** Scrubs one block; false if the call ends with it. */
function scrubBlock(
  tx: Transaction,
  node: NodeId,
  zone: number,
  mfn: number,
  meta: BlockMeta,
  budget: ScrubBudget,
): boolean {
  const { dirty } = tx;
  const heap = tx.node(node);
  const order = freeOrderOf(meta);
  const end = mfn + orderPages(order);
  let at = mfn + firstDirtyOf(meta);
  while (at < end) {
    const first = dirty.firstDirty(at, end);
    const runEnd = first < 0 ? end : first;
    // Clean pages are looked at, and weigh a little each.
    if (budget.preempt && budget.weight + (runEnd - at) > PREEMPT_WEIGHT) {
      at += PREEMPT_WEIGHT - budget.weight + 1;
      if (at < end) setFirstDirty(tx, mfn, meta, at - mfn);
      else finish(tx, node, zone, mfn, order);
      return false;
    }
    budget.weight += runEnd - at;
    at = runEnd;
    if (at >= end) break;
    const clean = dirty.firstClean(at, end);
    let count = (clean < 0 ? end : clean) - at;
    if (budget.preempt) count = Math.min(count, Math.floor((PREEMPT_WEIGHT - budget.weight) / SCRUBBED_WEIGHT) + 1);
    count = Math.min(count, budget.pages);
    clearRun(tx, at, count);
    heap.needScrub -= count;
    budget.pages -= count;
    budget.weight += count * SCRUBBED_WEIGHT;
    at += count;
    const stops = budget.pages === 0 || (budget.preempt && budget.weight > PREEMPT_WEIGHT);
    if (stops && at < end) {
      setFirstDirty(tx, mfn, meta, at - mfn);
      return false;
    }
    if (stops) {
      finish(tx, node, zone, mfn, order);
      return false;
    }
  }
  finish(tx, node, zone, mfn, order);
  return true;
}

/** A block without dirty pages goes to the head of its list. */
function finish(tx: Transaction, node: NodeId, zone: number, mfn: number, order: number): void {
  tx.lists.remove(node, zone, order, mfn);
  clearFree(tx.blocks, mfn, order);
  insertFree(tx, node, zone, mfn, order, CLEAN);
}

function setFirstDirty(tx: Transaction, mfn: number, meta: BlockMeta, index: number): void {
  tx.blocks.setMeta(mfn, ((meta & 0x1fff) | ((index + 1) << 13)) >>> 0);
}

/** Clears the marks of a run of pages by its largest aligned parts. */
function clearRun(tx: Transaction, first: number, pages: number): void {
  const end = first + pages;
  for (let at = first; at < end;) {
    const order = largestOrderAt(at, end, tx.platform.config.maxOrder);
    tx.dirty.assign(at, order, false);
    tx.probe?.onTouch?.(at, order);
    at += orderPages(order);
  }
}
