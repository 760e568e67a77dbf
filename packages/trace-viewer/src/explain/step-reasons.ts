import type { FreeStep, SearchStep } from '@heaplay/core';
import { describeFreeStep, describeStep } from '@heaplay/replay';
import type { ExplainedStep } from './explained.ts';

/** What a newcomer has to know of each kind of step. */
const REASONS: Readonly<Record<(SearchStep | FreeStep)['step'], string>> = {
  'order-too-large': 'A larger block could never be on a list.',
  claims: 'A claim is a promise: pages that a domain may still allocate, and nobody else.',
  zones: 'Zones are searched from the highest down: low memory is kept for those who can use nothing else.',
  'dma-refused': 'Who sets no_dma can do without the memory that old devices need.',
  nodes: 'All zones of a node come before the next node.',
  pass: 'A clean page can be given away at once; a dirty one must be scrubbed first.',
  zone: 'Only the free pages of a zone are compared here; whether they hang together is seen when its lists are searched.',
  block: 'From the wanted order up, the head of each list is looked at: the smallest block that is large enough.',
  split: 'An allocation takes the top of a block: what is below stays free, in blocks as large as can be.',
  assign: 'Now the domain’s account decides: what it has, and how much it may have.',
  freed: 'What was written there must not be seen by the next owner: unless it is clean already, it waits for a scrub.',
  merge: 'Buddies are the two halves of a block of the next order. When both are free, they become that block again.',
  'merge-end': 'The buddy has to be free as a whole, in one block of the same order, on the same node.',
  listed: 'Clean blocks go to the head of their list, to be taken first; dirty ones go to the tail.',
};

/** The steps as sentences, with what a newcomer has to know of each kind behind the first one. */
export function explainedSteps(search: readonly SearchStep[], frees: readonly FreeStep[]): ExplainedStep[] {
  const told = new Set<string>();
  const whyOf = (kind: keyof typeof REASONS): string | null => {
    if (told.has(kind)) return null;
    told.add(kind);
    return REASONS[kind];
  };
  return [
    ...search.map((step) => ({ text: describeStep(step), why: whyOf(step.step) })),
    ...frees.map((step) => ({ text: describeFreeStep(step), why: whyOf(step.step) })),
  ];
}
