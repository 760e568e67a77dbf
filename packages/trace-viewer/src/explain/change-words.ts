import { diffStates, formatVirtualAddress } from '@heaplay/core';
import type { DiffBlock, Domain, HeapState, MappingChange, StateDiff } from '@heaplay/core';
import { count, frame, plural } from '@heaplay/replay';
import { size } from './block-pictures.ts';
import type { ChangedBlock, ExplainedChanges } from './explained.ts';

/** Blocks, and mappings, that are told at most. */
const TOLD = 60;

/** What differs between the states before and behind a record, in words. */
export function changeWords(before: HeapState, behind: HeapState): ExplainedChanges {
  const diff = diffStates(before, behind);
  const { vanished, appeared } = diff;
  return {
    counts: [...totalWords(diff), ...nodeWords(diff), ...diff.domains.flatMap(domainWords)],
    vanished: vanished.slice(0, TOLD).map(blockWords),
    appeared: appeared.slice(0, TOLD).map(blockWords),
    more: Math.max(0, vanished.length - TOLD) + Math.max(0, appeared.length - TOLD),
    mappings: diff.mappings.slice(0, TOLD).map(mappingWords),
  };
}

function totalWords({ totals }: StateDiff): string[] {
  if (totals === null) return [];
  const { a, b } = totals;
  return [
    ...changed('free pages', a.freePages, b.freePages),
    ...changed('claimed pages', a.claims, b.claims),
    ...changed('width of the DMA zone in bits', a.dmaBits, b.dmaBits),
    ...changed('width of the xen heap in bits', a.xenheapBits, b.xenheapBits),
    ...changed('threshold of the low-memory interrupt, in pages', a.virq.threshold, b.virq.threshold),
    ...(a.active === b.active ? [] : ['Xen has finished booting']),
  ];
}

function nodeWords({ nodes }: StateDiff): string[] {
  return nodes.flatMap(({ a, b }) => [
    ...(a.ready === b.ready ? [] : [`node ${b.id} has a heap now`]),
    ...changed(`free pages of node ${b.id}`, a.freePages, b.freePages),
    ...changed(`pages to scrub on node ${b.id}`, a.needScrub, b.needScrub),
  ]);
}

function domainWords({ a, b }: { readonly a: Domain | null; readonly b: Domain | null }): string[] {
  if (a === null || b === null) return [b === null ? `d${a?.id} is gone` : `d${b.id} comes into being`];
  return [
    ...changed(`pages of d${b.id}`, a.totalPages, b.totalPages),
    ...changed(`extra pages of d${b.id}`, a.extraPages, b.extraPages),
    ...changed(`claim of d${b.id}, in pages`, a.outstandingPages, b.outstandingPages),
    ...changed(`maximum of d${b.id}, in pages`, a.maxPages, b.maxPages),
    ...changed(`node of the last allocation of d${b.id}`, a.lastNode, b.lastNode),
    ...(a.dying === b.dying ? [] : [`d${b.id} is dying`]),
    ...(String(a.nodeAffinity) === String(b.nodeAffinity)
      ? []
      : [`nodes of d${b.id}: ${b.nodeAffinity?.join(', ') ?? 'all'}`]),
  ];
}

function changed(name: string, a: number, b: number): string[] {
  if (a === b) return [];
  const by = b > a ? `+${count(b - a)}` : `−${count(a - b)}`;
  return [`${name}: ${count(a)} → ${count(b)} (${by})`];
}

function blockWords({ mfn, order, state, owner, firstDirty }: DiffBlock): ChangedBlock {
  const whose = owner === null ? '' : ` by d${owner}`;
  const dirty = firstDirty === null ? '' : `, dirty from page ${firstDirty} on`;
  return { mfn, text: `${frame(mfn)} of order ${order} (${size(order)}): ${STATES[state]}${whose}${dirty}` };
}

const STATES = {
  outside: 'not of the heap',
  'in-use': 'in use',
  offlining: 'in use, goes offline when it is freed',
  free: 'free',
  offlined: 'offline',
} as const;

function mappingWords({ a, b }: MappingChange): string {
  const shown = b ?? a;
  if (shown === null) return '';
  const what = `${frame(shown.mfn)} at ${formatVirtualAddress(shown.va)} (${shown.kind})`;
  if (a === null) return `mapped: ${what}`;
  return b === null ? `mapped no more: ${what}` : `mapped ${plural(b.references, 'time')} now: ${what}`;
}
