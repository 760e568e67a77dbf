import { PAGE_SIZE } from '@heaplay/core';
import { count, frame, plural, size } from '@heaplay/replay';
import type { PageChange, PageEvent } from '@heaplay/replay';
import type { FrameFacts } from '../map/frame-facts.ts';
import { ownerText, stateText } from '../map/frame-text.ts';
import type { ListedBlock, PageFacts, PageMapping } from './page-handlers.ts';

/** A sign for each change, so that a list can be skimmed without reading. */
export const CHANGE_SIGNS: Readonly<Record<PageChange, string>> = {
  'power-on': '·',
  given: '+',
  allocated: '●',
  freed: '○',
  split: '÷',
  merged: '∪',
  cut: '÷',
  assigned: '→',
  released: '←',
  scrubbed: '≈',
  offlining: '!',
  offlined: '✕',
  onlined: '↩',
  touched: '•',
};

/** What an event made of a page, in words. */
export function changeWords({ change, owner }: PageEvent): string {
  switch (change) {
    case 'given':
      return 'given to the heap';
    case 'allocated':
      return owner === null ? 'allocated' : `allocated for d${owner}`;
    case 'assigned':
      return `assigned to d${owner}`;
    default:
      return change;
  }
}

/** What that means, where a word alone may not say it. */
export function changeMeaning({ change }: PageEvent): string {
  return MEANINGS[change] ?? '';
}

const MEANINGS: Partial<Readonly<Record<PageChange, string>>> = {
  'power-on': 'in use, and not of the heap',
  split: 'the free block that it lies in was halved',
  merged: 'the free block that it lies in merged with others',
  cut: 'a part of its allocation was freed, marked or taken offline',
  released: 'it has no owner any more, and is in use still',
  offlining: 'it goes offline when it is freed',
  onlined: 'it is back, or is not to go offline any more',
  touched: 'it is what it was: its marks changed, or the call undid what it had done',
};

/** The block that a page lies in behind an event, and which page of it this is. */
export function blockWords(mfn: number, { state, head, order }: PageEvent): string {
  if (state === 'outside') return 'no block';
  const at = order === 0 ? '' : ` · page ${count(mfn - head)}`;
  return `${frame(head)} order ${order}${at}`;
}

/** What a frame is, line by line: a name, and what there is to say. */
export function factLines(facts: PageFacts): (readonly [name: string, value: string])[] {
  const { frame: page, directMap, mappings } = facts;
  const { mfn, pdx, node, zone } = page;
  const owner = ownerText(page);
  return [
    ['state', owner === '' ? stateText(page) : `${stateText(page)}, ${owner}`],
    ['heap', `${heapWords(facts)}; ${markWords(page)}`],
    [
      'MFN',
      `${frame(mfn)} (${count(mfn)}), ${pdx === null ? 'no PDX: a hole of the frame table' : `PDX ${frame(pdx)}`}`,
    ],
    [
      'address',
      `0x${(mfn * PAGE_SIZE).toString(16)}, ${directMap === null ? 'not in the direct map' : `direct map ${directMap}`}`,
    ],
    ['place', `node ${node}, zone ${zone}`],
    ['mapped', mappings.length === 0 ? 'nowhere else' : `${plural(referencesOf(mappings), 'time')} besides`],
  ];
}

function referencesOf(mappings: readonly PageMapping[]): number {
  return mappings.reduce((sum, { references }) => sum + references, 0);
}

function heapWords({ frame: { state, xenHeap }, separate }: PageFacts): string {
  if (xenHeap) return state === 'outside' ? 'xen heap, once it is given to it' : 'xen heap';
  if (state === 'outside') return 'none';
  if (separate || state === 'in-use' || state === 'offlining') return 'dom heap';
  return state === 'free' ? 'either: both share this memory' : 'none';
}

function markWords({ extra, broken, dirty, xenHeap, state }: FrameFacts): string {
  const marks = [
    ...(xenHeap && state === 'in-use' ? ['xen heap'] : []),
    ...(extra ? ['extra'] : []),
    ...(broken ? ['broken'] : []),
    ...(dirty ? ['dirty'] : []),
    ...(state === 'offlining' ? ['offlining'] : []),
    ...(state === 'offlined' ? ['offlined'] : []),
  ];
  return marks.length === 0 ? 'no marks' : `marks: ${marks.join(', ')}`;
}

/** A place where a page is mapped. */
export function mappingWords({ kind, va, permanent, references, cpu, domain }: PageMapping): string {
  const by = [
    ...(cpu === null ? [] : [`CPU ${cpu}`]),
    ...(domain === null ? [] : [`d${domain}`]),
    permanent ? 'to last' : 'for a moment',
  ];
  return `${kind} ${va}, ${plural(references, 'reference')} (${by.join(', ')})`;
}

/** The block that a page lies in, and where. */
export function blockText({ mfn, head, order, state }: FrameFacts): string {
  const use = { free: 'free', 'in-use': 'in use', offlining: 'in use', offlined: 'offline', outside: '' }[state];
  if (order === 0) return `order 0, ${use}: this page alone`;
  const frames = 2 ** order;
  return `order ${order}, ${use}: page ${count(mfn - head)} of ${count(frames)} from ${frame(head)} (${size(frames * PAGE_SIZE)})`;
}

/** Where a block stands on its list. */
export function placeText({ place, length, node, zone, order }: ListedBlock): string {
  const where = `the list of node ${node}, zone ${zone}, order ${order}`;
  if (length === 1) return `Alone on ${where}`;
  if (place === 0) return `At the head of ${where}, of ${plural(length, 'block')}`;
  if (place === length - 1) return `At the tail of ${where}, of ${plural(length, 'block')}`;
  return `Number ${count(place + 1)} of ${plural(length, 'block')} on ${where}`;
}
