import { openState, orderPages, pageInfo } from '@heaplay/core';
import type { HeapState, PageInfo } from '@heaplay/core';
import { AllocationRecords, symbolOf, timelineOf } from '@heaplay/replay';
import type { Timeline } from '@heaplay/replay';
import { loadTraceFile } from '@heaplay/replay/node';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { coloursOf } from './class-colours.ts';
import type { PictureLook } from './class-colours.ts';
import { FRAME_ORDERS, FrameOrder } from './frame-order.ts';
import { MapPane } from './map-pane.ts';
import { MIXED, NO_FRAME } from './painter.ts';
import type { PaintedPart } from './painter.ts';
import { regionsOf } from './regions.ts';
import { SCHEMES, describeClass, schemeFacts } from './schemes/all-schemes.ts';
import type { SchemeContext, SchemeName } from './schemes/scheme.ts';

/** Corpus: two nodes, a separate xen heap, blocks out of alignment, offlined pages, an idle loop that scrubs, compressed frame numbers. */
const TRACES = [
  'golden/4.17.separate-xenheap.numa.misc.heaplay.jsonl.gz',
  'golden/4.6.direct-map-all.1node.misalign.heaplay.jsonl.gz',
  'golden/4.6.direct-map-all.numa.offline.heaplay.jsonl.gz',
  'golden/4.23.direct-map-all.numa.scrub.heaplay.jsonl.gz',
  'golden/4.23.arm64.offline.heaplay.jsonl.gz',
];

async function corpusTimeline(path: string): Promise<Timeline> {
  const file = fileURLToPath(new URL(`../../../../corpus/${path}`, import.meta.url));
  const { header, table } = await loadTraceFile(file);
  return timelineOf({ name: path, header, table });
}

/** Numbers from a seed (LCG of Numerical Recipes): the same in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** What the model says of every frame of a moment, one by one. */
interface Frames {
  readonly infos: readonly PageInfo[];
  readonly ram: readonly boolean[];
}

function framesOf(state: HeapState): Frames {
  const { machine } = state.platform;
  const heap = openState(state);
  const infos = Array.from({ length: machine.frames }, (_, mfn) => pageInfo(heap, mfn));
  return { infos, ram: infos.map(({ mfn }) => machine.ram.some(([first, end]) => first <= mfn && mfn < end)) };
}

/** What the legend should call a frame, in words, from what the model says of it alone. */
function labelOf(
  scheme: SchemeName,
  timeline: Timeline,
  record: number,
  { infos, ram }: Frames,
  mfn: number,
  there: Frames,
) {
  const info = infos[mfn] as PageInfo;
  const { state, owner, order, xenHeap, broken, dirty, head } = info;
  const { platform } = timeline.stateAt(0);
  const outside = ram[mfn] === true ? 'in use since power-on' : 'no memory';
  switch (scheme) {
    case 'state':
      if (broken) return 'broken';
      if (state === 'outside') return outside;
      if (state === 'free') return dirty ? 'free, to be scrubbed' : 'free';
      if (state === 'in-use') return xenHeap ? 'xen heap' : 'in use';
      return state === 'offlining' ? 'in use, to be offlined' : 'offlined';
    case 'owner':
      if (owner !== null) return `d${owner}`;
      if (state === 'outside') return outside;
      return { free: 'free', offlined: 'offlined', 'in-use': 'in use, no owner', offlining: 'in use, no owner' }[state];
    case 'order':
      if (state === 'outside') return outside;
      return state === 'offlined' ? 'offlined' : `${state === 'free' ? 'free' : 'in use'}, order ${order}`;
    case 'heap': {
      if (state === 'outside') return outside;
      if (state === 'offlined') return 'offlined';
      if (xenHeap) return state === 'free' ? 'xen heap, free' : 'xen heap, in use';
      return state === 'free' ? 'free' : 'dom heap, in use';
    }
    case 'node':
    case 'zone': {
      if (state === 'outside' && ram[mfn] !== true) return outside;
      const place = scheme === 'node' ? platform.nodeOf(mfn) : platform.zoneOf(mfn);
      return `${scheme} ${place}, ${state === 'free' ? 'free' : 'not free'}`;
    }
    case 'dirty':
      if (state === 'outside') return outside;
      if (state === 'free') return dirty ? 'free, to be scrubbed' : 'free, clean';
      return state === 'offlined' ? 'offlined' : 'in use';
    case 'age':
    case 'caller': {
      if (state === 'outside') return outside;
      if (state === 'free' || state === 'offlined') return state;
      const born = bornOf(timeline, record, mfn);
      if (born === 0) return 'in use, allocation not known';
      if (scheme === 'caller') {
        const caller = timeline.table.callerAt(born);
        return caller === undefined ? 'in use, allocation not known' : symbolOf(caller[0]);
      }
      const age = Math.floor(Math.log2(record - born + 1));
      const [from, to] = [2 ** age - 1, 2 ** (age + 1) - 2];
      return from === to ? 'allocated here' : `${from.toLocaleString('en')}–${to.toLocaleString('en')} records old`;
    }
    default: {
      const other = there.infos[mfn] as PageInfo;
      if (state !== other.state || broken !== other.broken) {
        if (state === 'free') return 'free here, not there';
        const isNew = state === 'in-use' && (other.state === 'free' || other.state === 'outside');
        return isNew ? 'in use here, not there' : 'another state';
      }
      if (state === 'outside') return outside;
      if (owner !== other.owner || xenHeap !== other.xenHeap) return 'another owner';
      if (order !== other.order || head !== other.head) return 'another block';
      return state === 'free' ? 'same, free' : 'same, not free';
    }
  }
}

/** The newest allocation of a frame, by going back through the records one by one. */
function bornOf(timeline: Timeline, record: number, mfn: number): number {
  for (let at = record; at > 0; at--) {
    const call = timeline.recordAt(at);
    const first = timeline.resultAt(at);
    const allocates = /^alloc_(xen|dom|)heap_pages$|^populate_physmap$/.test(call.type);
    if (!allocates || typeof first !== 'number' || !('order' in call)) continue;
    if (mfn >= first && mfn < first + orderPages(call.order)) return at;
  }
  return 0;
}

const SCHEME_NAMES: readonly SchemeName[] = [...SCHEMES.map(({ name }) => name), 'difference'];

/** A timeline, and everything that a picture of it needs. */
async function subject(path: string) {
  const timeline = await corpusTimeline(path);
  const { platform } = timeline.stateAt(0);
  const allocations = AllocationRecords.of(timeline);
  const contextAt = (record: number): SchemeContext => ({
    record,
    bornAt: (mfn) => allocations.find(mfn, record),
    callerOf: (born) => allocations.callerOf(born),
    callers: allocations.callers,
  });
  const orders = FRAME_ORDERS.map((name) => FrameOrder.of(name, platform.machine, platform.config));
  return { timeline, platform, contextAt, orders, regions: regionsOf(platform) };
}

function partOf(order: FrameOrder, shift: number, random: (below: number) => number): PaintedPart {
  const cells = 1 + random(400);
  const first = random(Math.max(1, order.length - cells * 2 ** shift));
  return { order, first, cells, shift };
}

describe('a picture and what the model says of every frame', () => {
  it.each(TRACES)(
    '[VIEW-MAP-1] %s: every cell has the mean colour of its frames, in each scheme and order, near and far',
    async (path) => {
      const { timeline, contextAt, orders, regions } = await subject(path);
      const random = numbers(path.length);
      for (const scheme of SCHEME_NAMES) {
        const record = random(timeline.length + 1);
        const against = random(timeline.length + 1);
        const [here, there] = [timeline.stateAt(record), timeline.stateAt(against)];
        const [frames, others] = [framesOf(here), framesOf(there)];
        const look: PictureLook = { scheme, palette: random(2) === 0 ? 'light' : 'dark', highlight: null };
        const context = contextAt(record);
        const byLabel = labelled(look, context);
        for (const order of orders) {
          const pane = new MapPane(regions);
          const part = partOf(order, random(7), random);
          pane.show({ here, there }, part, look, context);
          for (let sample = 0; sample < 24; sample++) {
            const cell = random(part.cells);
            const labels: string[] = [];
            for (let at = 0; at < 2 ** part.shift; at++) {
              const mfn = order.frameAt(part.first + cell * 2 ** part.shift + at);
              if (mfn !== undefined) labels.push(labelOf(scheme, timeline, record, frames, mfn, others));
            }
            expect(`${cell}: ${hex(pane.pixels[cell] as number)}`).toBe(`${cell}: ${hex(meanOf(labels, byLabel))}`);
            const id = pane.classes[cell] as number;
            const only = new Set(labels).size === 1 ? labels[0] : labels.length === 0 ? NO_FRAME : MIXED;
            expect(id >= NO_FRAME ? id : describeClass(scheme, id, context).label).toBe(only);
          }
        }
      }
    },
  );

  it.each(TRACES)('[VIEW-MAP-2] %s: counts are those of the whole machine and of what is seen', async (path) => {
    const { timeline, contextAt, orders, regions } = await subject(path);
    const random = numbers(path.length + 1);
    for (const scheme of SCHEME_NAMES.filter((name) => name !== 'age' && name !== 'caller')) {
      const record = random(timeline.length + 1);
      const [here, there] = [timeline.stateAt(record), timeline.stateAt(random(timeline.length + 1))];
      const [frames, others] = [framesOf(here), framesOf(there)];
      const order = orders[random(orders.length)] as FrameOrder;
      const part = partOf(order, random(5), random);
      const pane = new MapPane(regions);
      const context = contextAt(record);
      pane.show({ here, there }, part, { scheme, palette: 'dark', highlight: null }, context);
      const count = (mfns: readonly number[]): Record<string, number> => {
        const counts: Record<string, number> = {};
        for (const mfn of mfns) {
          const label = labelOf(scheme, timeline, record, frames, mfn, others);
          counts[label] = (counts[label] ?? 0) + 1;
        }
        return counts;
      };
      const told = (entries: readonly (readonly [number, number])[]): Record<string, number> =>
        Object.fromEntries(entries.map(([id, pages]) => [describeClass(scheme, id, context).label, pages]));
      expect(told(pane.counts.machine)).toEqual(count(frames.infos.map(({ mfn }) => mfn)));
      const seen = Array.from({ length: part.cells * 2 ** part.shift }, (_, at) => order.frameAt(part.first + at));
      expect(told(pane.counts.seen)).toEqual(count(seen.filter((mfn) => mfn !== undefined)));
    }
  });

  it.each(TRACES)(
    '[VIEW-MAP-3] %s: a picture that follows a walk is the one from scratch, wherever the walk goes',
    async (path) => {
      const { timeline, contextAt, orders, regions } = await subject(path);
      const random = numbers(path.length + 2);
      for (const scheme of SCHEME_NAMES) {
        const order = orders[random(orders.length)] as FrameOrder;
        const part = random(2) === 0 ? partOf(order, random(8), random) : wholeOf(order, random(6));
        const look: PictureLook = { scheme, palette: 'light', highlight: random(3) === 0 ? 3 : null };
        const following = new MapPane(regions);
        let record = random(timeline.length + 1);
        for (let step = 0; step < 12; step++) {
          const jump = random(3) === 0 ? random(timeline.length + 1) : record + random(40) - 15;
          record = Math.min(timeline.length, Math.max(0, jump));
          const heaps = { here: timeline.stateAt(record), there: timeline.stateAt(random(timeline.length + 1)) };
          const context = contextAt(record);
          const fresh = new MapPane(regions);
          fresh.show(heaps, part, look, context);
          following.show(heaps, part, look, context);
          expect(following.pixels).toEqual(fresh.pixels);
          expect(following.classes).toEqual(fresh.classes);
          expect(following.counts).toEqual(fresh.counts);
        }
      }
    },
  );

  it('[VIEW-MAP-4] a step of a run paints the cells that changed and no others', async () => {
    const { timeline, contextAt, orders, regions } = await subject('recordings/qemu-x86-1g-numa.4.17.heaplay.jsonl.gz');
    const part = wholeOf(orders[1] as FrameOrder, 0);
    const pane = new MapPane(regions);
    const look: PictureLook = { scheme: 'owner', palette: 'light', highlight: null };
    const from = 4000;
    pane.show({ here: timeline.stateAt(from), there: null }, part, look, contextAt(from));
    expect(pane.paintedCells).toBe(part.cells);
    const painted: number[] = [];
    for (let record = from + 1; record <= from + 40; record++) {
      pane.show({ here: timeline.stateAt(record), there: null }, part, look, contextAt(record));
      painted.push(pane.paintedCells);
    }
    expect(Math.max(...painted)).toBeLessThan(part.cells / 10);
    expect(Math.max(...painted)).toBeGreaterThan(0);
  });
});

function wholeOf(order: FrameOrder, shift: number): PaintedPart {
  return { order, first: 0, cells: Math.ceil(order.length / 2 ** shift), shift };
}

/** The colour of each label of a scheme. */
function labelled(look: PictureLook, context: SchemeContext): Map<string, readonly [number, number, number]> {
  const { red, green, blue } = coloursOf(look);
  const found = new Map<string, readonly [number, number, number]>();
  for (let id = 0; id < schemeFacts(look.scheme).classes; id++) {
    found.set(describeClass(look.scheme, id, context).label, [red[id] ?? 0, green[id] ?? 0, blue[id] ?? 0]);
  }
  return found;
}

function meanOf(labels: readonly string[], colours: Map<string, readonly [number, number, number]>): number {
  if (labels.length === 0) return 0;
  const all = labels.map((label) => {
    const colour = colours.get(label);
    if (colour === undefined) throw new Error(`no class is called ${label}`);
    return colour;
  });
  const [red, green, blue] = [0, 1, 2].map((at) =>
    Math.round(all.reduce((sum, c) => sum + (c[at] ?? 0), 0) / all.length),
  );
  return (255 * 2 ** 24 + (blue ?? 0) * 2 ** 16 + (green ?? 0) * 2 ** 8 + (red ?? 0)) >>> 0;
}

function hex(pixel: number): string {
  return pixel.toString(16).padStart(8, '0');
}
