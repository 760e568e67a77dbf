import type { FreeStep, SearchStep } from '@heaplay/core';
import { frame, pages, plural } from '@heaplay/replay';
import type { BlockPicture, PictureLevel, PicturePart } from './explained.ts';

type Taken = Extract<SearchStep, { step: 'block' }>;
type Half = Extract<SearchStep, { step: 'split' }>;

/** The blocks that a search took, and how each was halved. */
export function splitPictures(steps: readonly SearchStep[]): BlockPicture[] {
  const pictures: BlockPicture[] = [];
  steps.forEach((step, at) => {
    if (step.step !== 'block' || !step.taken) return;
    const halves: Half[] = [];
    for (const next of steps.slice(at + 1)) {
      if (next.step !== 'split') break;
      halves.push(next);
    }
    pictures.push(splitPicture(step, halves));
  });
  return pictures;
}

function splitPicture(block: Taken, halves: readonly Half[]): BlockPicture {
  const { node, zone, mfn, order } = block;
  const levels: PictureLevel[] = [];
  const list = `list of node ${node}, zone ${zone}`;
  const role = halves.length === 0 ? 'taken' : 'found';
  levels.push([{ mfn, order, role, note: halves.length === 0 ? 'taken as it is' : `head of its ${list}` }]);
  let [at, got] = [mfn, order];
  halves.forEach((half, index) => {
    at = half.mfn + 2 ** half.order;
    got = half.order;
    const last = index === halves.length - 1;
    const back = half.firstDirty === null ? 'back to its list' : `back, dirty from page ${half.firstDirty}`;
    levels.push([
      { mfn: half.mfn, order: half.order, role: 'back', note: back },
      { mfn: at, order: got, role: last ? 'taken' : 'on', note: last ? 'taken' : 'halved again' },
    ]);
  });
  const found = `the ${size(order)} block at ${frame(mfn)}`;
  const caption =
    halves.length === 0
      ? `Order ${got} wanted: ${found}, on the ${list}, has just this size, and is taken as it is.`
      : `Order ${got} wanted: ${found} is halved ${times(halves.length)}. Each lower half goes back to its list on node ${node}, zone ${zone}; the top ${plural(2 ** got, 'page')}, at ${frame(at)}, ${got === 0 ? 'is' : 'are'} taken.`;
  return { kind: 'split', caption, levels };
}

/** What came back, and how each grew. */
export function mergePictures(steps: readonly FreeStep[]): BlockPicture[] {
  const pictures: BlockPicture[] = [];
  let part: FreeStep[] = [];
  for (const step of steps) {
    part.push(step);
    if (step.step !== 'listed') continue;
    pictures.push(mergePicture(part));
    part = [];
  }
  return pictures;
}

function mergePicture(steps: readonly FreeStep[]): BlockPicture {
  const levels: PictureLevel[] = [];
  let ours: PicturePart = { mfn: 0, order: 0, role: 'ours', note: '' };
  let began = ours;
  let merges = 0;
  let end = '';
  let list = '';
  for (const step of steps) {
    if (step.step === 'freed') {
      ours = { mfn: step.mfn, order: step.order, role: 'ours', note: step.dirty ? 'freed, to be scrubbed' : 'freed' };
      began = ours;
    } else if (step.step === 'merge') {
      levels.push(pair(ours, { mfn: step.buddy, order: step.order, role: 'buddy', note: 'free: merges' }));
      ours = { mfn: step.mfn, order: step.order + 1, role: 'ours', note: 'merged' };
      merges++;
    } else if (step.step === 'merge-end') {
      end = WHY_IT_ENDS[step.why];
      if (step.buddy === null) levels.push([{ ...ours, note: `${ours.note}: the largest order` }]);
      else {
        const note = noteOf(step);
        levels.push(pair(ours, { mfn: step.buddy, order: step.buddyOrder, role: 'blocked', note }));
      }
    } else list = `${step.end} of the list of node ${step.node}, zone ${step.zone}`;
  }
  const what = `${pages(2 ** (began.order ?? 0))} at ${frame(began.mfn)} came back`;
  const grown = merges === 0 ? '' : ` and merged ${times(merges)}, up to order ${ours.order}`;
  return { kind: 'merge', caption: `${what}${grown}. ${end} The block goes to the ${list}.`, levels };
}

const WHY_IT_ENDS = {
  'largest-order': 'The heap keeps no larger blocks.',
  'no-memory': 'There is no memory where its buddy would be.',
  'in-use': 'Its buddy is in use.',
  offlined: 'Its buddy was taken offline.',
  'other-order': 'Its buddy is not free as a whole.',
  'other-node': 'Its buddy belongs to another node.',
} as const;

function noteOf({ why, buddyOwner, buddyOrder, broken }: Extract<FreeStep, { step: 'merge-end' }>): string {
  switch (why) {
    case 'in-use':
      return buddyOwner === null ? 'in use' : `in use by d${buddyOwner}`;
    case 'offlined':
      return broken ? 'offline: broken' : 'offline';
    case 'other-order':
      return `only order ${buddyOrder} free`;
    case 'other-node':
      return 'another node';
    case 'no-memory':
      return 'no memory';
    case 'largest-order':
      return '';
  }
}

function pair(one: PicturePart, other: PicturePart): PictureLevel {
  return one.mfn < other.mfn ? [one, other] : [other, one];
}

function times(count: number): string {
  return count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`;
}

/** The size of a block: `2 MiB`. */
export function size(order: number): string {
  return /\((.*)\)/.exec(pages(2 ** order))?.[1] ?? '';
}
