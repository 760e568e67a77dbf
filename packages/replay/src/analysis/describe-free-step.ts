import type { FreeStep } from '@heaplay/core';
import { frame, pages } from '../text/format.ts';

/** A step of a free as a sentence that a newcomer understands. */
export function describeFreeStep(step: FreeStep): string {
  switch (step.step) {
    case 'freed': {
      const { mfn, order, node, zone, dirty } = step;
      const scrub = dirty ? ', to be scrubbed before others may see them' : '';
      return `${pages(2 ** order)} at ${frame(mfn)}, order ${order}: back to node ${node}, zone ${zone}${scrub}`;
    }
    case 'merge': {
      const { buddy, order, mfn } = step;
      return `the buddy at ${frame(buddy)}, of order ${order} too, is free: together they are ${frame(mfn)} of order ${order + 1}`;
    }
    case 'merge-end':
      return describeEnd(step);
    case 'listed': {
      const { mfn, order, node, zone, firstDirty, end } = step;
      const state = firstDirty === null ? '' : `, dirty from page ${firstDirty} on,`;
      return `${frame(mfn)} of order ${order}${state} goes to the ${end} of the list of node ${node}, zone ${zone}`;
    }
  }
}

function describeEnd(step: Extract<FreeStep, { step: 'merge-end' }>): string {
  const { order, buddy, buddyOrder, buddyOwner, broken } = step;
  const at = buddy === null ? '' : frame(buddy);
  switch (step.why) {
    case 'largest-order':
      return `order ${order} is the largest that the heap keeps: it merges no further`;
    case 'no-memory':
      return `there is no memory at ${at}, where its buddy would be: it merges no further`;
    case 'in-use': {
      const owner = buddyOwner === null ? '' : ` by d${buddyOwner}`;
      return `the buddy at ${at} is in use${owner}: it merges no further`;
    }
    case 'offlined':
      return `the buddy at ${at} was taken offline${broken ? ' as broken' : ''}: it merges no further`;
    case 'other-order':
      return `the buddy at ${at} is free in a block of order ${buddyOrder} only, not of order ${order}: it merges no further`;
    case 'other-node':
      return `the buddy at ${at} belongs to another node: it merges no further`;
  }
}
