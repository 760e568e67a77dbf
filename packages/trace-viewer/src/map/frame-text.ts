import { PAGE_SIZE } from '@heaplay/core';
import { count, frame, plural } from '@heaplay/replay';
import type { CellAnswer } from './map-handlers.ts';
import type { FrameFacts } from './frame-facts.ts';
import { describeClass } from './schemes/all-schemes.ts';

const UNITS: Readonly<Record<string, number>> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/**
 * The frame that a text means, or why there is none. A number is a frame, in hex with 0x before it; with `@` behind it, or
 * one of K, M, G, T, it is a physical address. A hex number beyond the machine's frames is taken for an address as well.
 */
export function parseFrame(text: string, frames: number): number | string {
  const plain = text.trim().toLowerCase().replace(/_/g, '');
  const scaled = /^(\d+(?:\.\d+)?)\s*([kmgt])(?:i?b)?$/.exec(plain);
  const number = /^(0x[0-9a-f]{1,14}|\d{1,15})(@?)$/.exec(plain);
  let mfn: number;
  if (scaled !== null) mfn = Math.floor((Number(scaled[1]) * (UNITS[scaled[2] as string] as number)) / PAGE_SIZE);
  else if (number === null) return `"${text.trim()}" is no frame: 0x7f3a2, or an address as 0x7f3a2000@ or 1.5G`;
  else {
    const value = Number(number[1]);
    const isAddress = number[2] === '@' || value >= frames;
    mfn = isAddress ? Math.floor(value / PAGE_SIZE) : value;
  }
  return mfn < frames ? mfn : `frame ${frame(mfn)} is not there: the last one is ${frame(frames - 1)}`;
}

/** What a frame is, in a few words. */
export function stateText({ state, ram, broken, xenHeap, dirty }: FrameFacts): string {
  const words = {
    outside: ram ? 'in use since power-on' : 'no memory',
    'in-use': xenHeap ? 'in use, xen heap' : 'in use',
    offlining: 'in use, to be offlined',
    free: dirty ? 'free, to be scrubbed' : 'free, clean',
    offlined: 'offlined',
  }[state];
  return broken ? `${words}, broken` : words;
}

/** Who owns a frame. */
export function ownerText({ owner, state, extra }: FrameFacts): string {
  if (owner === null) return state === 'free' ? '' : 'no owner';
  return extra ? `d${owner}, extra` : `d${owner}`;
}

/** Everything that a map says about a cell, line by line. */
export function cellLines({ question, frame: facts, classes, callers }: CellAnswer): string[] {
  if (facts === null) return ['no frame here'];
  const { mfn, head, order, node, zone, pdx, state } = facts;
  const address = `0x${(mfn * PAGE_SIZE).toString(16)}`;
  const total = classes.reduce((sum, [, frames]) => sum + frames, 0);
  const named = ([id, frames]: readonly [number, number]): string => {
    const { label } = describeClass(question.scheme, id, { callers });
    return total === 1 ? label : `${label}: ${plural(frames, 'page')}`;
  };
  const most = classes.toSorted((a, b) => b[1] - a[1]);
  const more = most.length > 4 ? [`${count(most.length - 4)} more`] : [];
  if (total > 1) {
    return [
      `${plural(total, 'frame')} from mfn ${frame(mfn)}`,
      `address ${address}, node ${node}, zone ${zone}`,
      ...most.slice(0, 4).map(named),
      ...more,
    ];
  }
  const block = state === 'outside' ? [] : [`block ${frame(head)}, order ${order} (${plural(2 ** order, 'page')})`];
  const owner = ownerText(facts);
  return [
    `mfn ${frame(mfn)}, address ${address}`,
    owner === '' ? stateText(facts) : `${stateText(facts)}, ${owner}`,
    ...block,
    `node ${node}, zone ${zone}${pdx === null || pdx === mfn ? '' : `, pdx ${frame(pdx)}`}`,
    ...(question.scheme === 'age' || question.scheme === 'caller' || question.scheme === 'difference'
      ? most.map(named)
      : []),
  ];
}
