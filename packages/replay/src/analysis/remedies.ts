import { EXACT_NODE, HeapBatch, NO_DMA, hasFlag, openState, withoutFlags } from '@heaplay/core';
import type { DomainId, HeapCall, HeapState, MemFlags, Mfn } from '@heaplay/core';
import { isAllocation } from '../diff/call-class.ts';
import { count, frame, plural } from '../text/format.ts';

/** Something with which a failed allocation would have got memory. */
export interface Remedy {
  /** What would have been different, in words. */
  readonly change: string;
  /** The calls instead: what goes before, and the allocation itself, the last one. */
  readonly calls: readonly HeapCall[];
  /** The first frame that it would have got. */
  readonly mfn: Mfn;
}

/**
 * What would have helped an allocation that fails in this state: each remedy was tried on the model, and those that
 * get nothing are left out. None: nothing that is tried helps, or it does not fail. No state changes.
 */
export function remediesFor(state: HeapState, call: HeapCall): Remedy[] {
  if (!isAllocation(call.type) || tried(state, [call]) !== null) return [];
  return ideas(state, call).flatMap(({ change, calls }) => {
    const mfn = tried(state, calls);
    return mfn === null ? [] : [{ change, calls, mfn }];
  });
}

function tried(state: HeapState, calls: readonly HeapCall[]): Mfn | null {
  const batch = new HeapBatch(state);
  let result: unknown = null;
  for (const call of calls) {
    const outcome = batch.apply(call);
    if (outcome.bug !== null) return null;
    ({ result } = outcome);
  }
  return typeof result === 'number' ? (result as Mfn) : null;
}

interface Idea {
  readonly change: string;
  readonly calls: readonly HeapCall[];
}

function ideas(state: HeapState, call: HeapCall): Idea[] {
  const found: Idea[] = [];
  const instead = (change: string, fields: object): void => {
    found.push({ change, calls: [{ ...call, ...fields } as HeapCall] });
  };
  const flags = 'flags' in call ? (call.flags as MemFlags | undefined) : undefined;
  for (const [flag, name] of [
    [EXACT_NODE, 'exact_node'],
    [NO_DMA, 'no_dma'],
  ] as const) {
    if (flags !== undefined && hasFlag(flags, flag)) instead(`without ${name}`, { flags: withoutFlags(flags, flag) });
  }
  if ('bits' in call && call.bits !== undefined) instead(`without the limit of ${call.bits} address bits`, { bits: 0 });
  const smaller = smallerOrder(state, call);
  if (smaller !== null) instead(`order ${smaller} instead`, { order: smaller });
  return [...found, ...accounts(state, call)];
}

/** The greatest order below the one that was asked for which is there. */
function smallerOrder(state: HeapState, call: HeapCall): number | null {
  const wanted = 'order' in call ? call.order : 0;
  for (let order = Math.min(wanted - 1, state.platform.config.maxOrder); order >= 0; order--) {
    if (tried(state, [{ ...call, order } as HeapCall]) !== null) return order;
  }
  return null;
}

/** What domains may have, and have claimed. */
function accounts(state: HeapState, call: HeapCall): Idea[] {
  const heap = openState(state);
  const found: Idea[] = [];
  const id = 'domain' in call ? call.domain : undefined;
  const domain = id === undefined ? undefined : heap.readDomain(id);
  if (domain !== undefined && 'order' in call) {
    const maxPages = Math.max(domain.maxPages, domain.totalPages) + 2 ** call.order;
    const raise: HeapCall = { type: 'domain_set_max_pages', domain: domain.id, maxPages };
    found.push({ change: `a maximum of ${plural(maxPages, 'page')} for d${domain.id}`, calls: [raise, call] });
  }
  const claims = [...heap.eachDomain()].filter((one) => one.id !== id && one.outstandingPages > 0);
  if (claims.length > 0) {
    const cancel = claims.map((one) => cancelled(one.id));
    const whose = claims.map((one) => `d${one.id} (${count(one.outstandingPages)})`).join(', ');
    found.push({ change: `without the claims of ${whose}`, calls: [...cancel, call] });
  }
  return found;
}

function cancelled(domain: DomainId): HeapCall {
  return { type: 'domain_set_outstanding_pages', domain, pages: 0 };
}

/** A remedy as a sentence: what would have been different, and what it would have got. */
export function describeRemedy({ change, mfn }: Remedy): string {
  return `${change}: it would have got ${frame(mfn)}`;
}
