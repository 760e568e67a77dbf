import type { Failure, SearchStep } from '@heaplay/core';
import { count, frame, pages, plural } from '../text/format.ts';

/** A step of a search as a sentence that a newcomer understands. */
export function describeStep(step: SearchStep): string {
  switch (step.step) {
    case 'order-too-large':
      return `order ${step.order} is above ${step.maxOrder}, the greatest that the heap keeps`;
    case 'claims': {
      const room = `${pages(step.pages)} wanted, ${count(step.freePages)} free, ${count(step.claims)} of them claimed`;
      const own = step.ownClaim > 0 ? `, ${count(step.ownClaim)} by this domain` : '';
      return `${room}${own}: ${!step.refused ? 'there is room' : step.freePages < step.pages ? 'too few' : 'what is left belongs to the claims of others'}`;
    }
    case 'zones':
      return `search zones ${step.zoneHi} down to ${step.zoneLo}${PURPOSES[step.purpose]}`;
    case 'dma-refused':
      return step.dmaBits === 0
        ? 'no_dma is set and there is no DMA zone: this version refuses'
        : `no_dma keeps the request out of the zones below ${step.dmaBits} bits`;
    case 'nodes':
      return `nodes in the order ${step.nodes.join(', ')}`;
    case 'pass':
      return step.takesDirty ? 'look for a block, clean or dirty' : 'first pass: look for a clean block';
    case 'zone':
      return `node ${step.node}, zone ${step.zone}: ${pages(step.freePages)} free${step.passedOver ? ', too few' : ''}`;
    case 'block': {
      const where = `block ${frame(step.mfn)} of order ${step.order} on node ${step.node}, zone ${step.zone}`;
      if (step.taken)
        return `take ${where}${step.firstDirty === null ? '' : `, dirty from page ${step.firstDirty} on`}`;
      return `${where} is dirty from page ${step.firstDirty} on: it moves to the tail of its list`;
    }
    case 'split':
      return `halve it: the lower half, ${frame(step.mfn)} of order ${step.order}, goes back to its list`;
    case 'assign':
      return describeAssign(step);
  }
}

const PURPOSES = {
  'above-dma': ' first: the DMA zone is kept for those who need it',
  all: '',
  'xen-heap': ': the xen heap',
  asked: ', as asked',
} as const;

function describeAssign(step: Extract<SearchStep, { step: 'assign' }>): string {
  if (step.errno === 0) return 'give the pages to the domain';
  if (step.dying) return `the domain is dying: the pages go back (${step.errno})`;
  return `the domain has ${count(step.ordinaryPages)} of at most ${plural(step.maxPages, 'page')}: the new ones go back (${step.errno})`;
}

/** Why an allocation got nothing, with the numbers, as a sentence. */
export function describeFailure(failure: Failure): string {
  const { wanted, freePages, claims, within, onOtherNodes, above, below, zones } = failure;
  const where = zones === null ? 'there' : `in zones ${zones[0]} to ${zones[1]}`;
  switch (failure.reason) {
    case 'order-too-large':
      return `no heap keeps blocks of ${pages(wanted)}`;
    case 'claimed':
      return `${pages(freePages)} are free, but ${count(claims)} of them are claimed by others; ${count(wanted)} wanted`;
    case 'exact-node':
      return `${pages(wanted)} wanted on ${nodes(failure)} alone, where ${count(within.pages)} are free; other nodes have ${count(onOtherNodes.pages)} free, in blocks up to order ${onOtherNodes.largestOrder}`;
    case 'dma-refused':
      return `only the DMA zone has such a block (${pages(below.pages)} free there), and no_dma keeps out of it`;
    case 'zone-limit':
      return `${pages(within.pages)} are free ${where}, as low as the address had to be; above there are ${count(above.pages)}, in blocks up to order ${above.largestOrder}`;
    case 'fragmented':
      return `${pages(within.pages)} are free ${where}, enough for ${count(wanted)}, but in pieces: the largest has order ${within.largestOrder}`;
    case 'exhausted':
      return `${pages(within.pages)} ${within.pages === 1 ? 'is' : 'are'} free ${where}; ${count(wanted)} wanted`;
    case 'domain-dying':
      return 'the pages were there, but the domain is dying';
    case 'over-allocation':
      return 'the pages were there, but the domain has as many as it may have';
  }
}

function nodes({ nodes: ids }: Failure): string {
  return ids.length === 1 ? `node ${ids[0]}` : `nodes ${ids.join(', ')}`;
}
