import { beforeAll, describe, expect, it } from 'vitest';
import { engineOf, quietly } from '../../test/open-engine.ts';
import type { OpenEngine } from '../../test/open-engine.ts';
import { engineOfCompressed } from '../../test/compressed-trace.ts';
import { NaiveMap } from '../../test/naive-map.ts';
import { numbers } from '../../test/random.ts';
import { coloursOf } from './class-colours.ts';
import { FRAME_ORDERS, FrameOrder } from './frame-order.ts';
import type { FrameOrderName } from './frame-order.ts';
import { clampPlace, fitPlace, gridOf } from './map-grid.ts';
import { cellAt, paintMap } from './map-handlers.ts';
import type { MapAnswer, MapQuestion } from './map-handlers.ts';
import { MIXED, NO_FRAME } from './painter.ts';
import { classColour } from './palette.ts';
import { SCHEMES, describeClass } from './schemes/all-schemes.ts';
import type { SchemeName } from './schemes/scheme.ts';

const ALL_SCHEMES: readonly SchemeName[] = [...SCHEMES.map(({ name }) => name), 'difference'];
const ROOM = { width: 732, height: 299, ratio: 1 };
let traces: Readonly<Record<string, OpenEngine>>;

beforeAll(async () => {
  traces = {
    'x86, 2 GiB': await engineOf('recordings/x86-2g.4.17.heaplay.jsonl'),
    'two nodes': await engineOf('recordings/qemu-x86-1g-numa.4.17.heaplay.jsonl.gz'),
    'PDX compression': await engineOfCompressed(),
    'separate xen heap': await engineOf('golden/4.17.separate-xenheap.numa.xenpress.heaplay.jsonl.gz'),
    small: await engineOf('golden/4.17.separate-xenheap.numa.misc.heaplay.jsonl.gz'),
    offlining: await engineOf('golden/4.23.direct-map-all.1node.offline.heaplay.jsonl.gz'),
    scrubbing: await engineOf('golden/4.23.direct-map-partial.numa.scrub.heaplay.jsonl.gz'),
  };
});

/** A picture of a part of a run. */
function questionOf(run: OpenEngine, record: number, rest: Partial<MapQuestion> = {}): MapQuestion {
  return {
    pane: 'main',
    runId: run.run,
    record,
    against: null,
    scheme: 'state',
    highlight: null,
    palette: 'light',
    order: 'folded',
    first: 0,
    cells: 4096,
    shift: 0,
    outlines: false,
    counts: true,
    ...rest,
  };
}

async function paint({ engine }: OpenEngine, question: MapQuestion): Promise<MapAnswer> {
  return (await paintMap(engine, question, quietly() as never)).value;
}

function orderOf({ timeline }: OpenEngine, name: FrameOrderName): FrameOrder {
  return FrameOrder.of(name, timeline.setup.machine, timeline.setup.heap);
}

/** The part of a map that is seen when the place is somewhere at this zoom, as the page asks for it. */
function partAt(order: FrameOrder, position: number, zoom: number): Pick<MapQuestion, 'first' | 'cells' | 'shift'> {
  const place = clampPlace({ first: position, zoom }, order.length, ROOM);
  const { columns, rows, shift } = gridOf(place, order.length, ROOM);
  return { first: place.first, cells: columns * rows, shift };
}

/** A position where something was done up to a record, or near it: most of a machine is one block. */
function busyPosition(
  { timeline }: OpenEngine,
  record: number,
  order: FrameOrder,
  random: (n: number) => number,
): number {
  for (let tries = 0; tries < 50; tries++) {
    const result = timeline.resultAt(1 + random(record));
    const position = typeof result === 'number' ? order.positionOf(result) : undefined;
    if (position !== undefined) return position;
  }
  return random(order.length);
}

function labelIn({ question, callers }: MapAnswer, id: number): string {
  return describeClass(question.scheme, id, { callers }).label;
}

/** A pixel as red, green and blue, all of it opaque. */
function rgb(pixel: number): readonly number[] {
  expect(pixel >>> 24).toBe(255);
  return [pixel & 255, (pixel >>> 8) & 255, (pixel >>> 16) & 255];
}

/** The colour of a class by its label: what the legend shows. */
function legendColour(answer: MapAnswer, label: string): readonly number[] {
  const { question, callers } = answer;
  const { classes } = question.scheme === 'owner' ? { classes: 64 } : sizeOf(question.scheme);
  for (let id = 0; id < classes; id++) {
    if (labelIn(answer, id) !== label) continue;
    return classColour(describeClass(question.scheme, id, { callers }), question.palette, false);
  }
  throw new Error(`no class is called ${label}`);
}

function sizeOf(scheme: SchemeName): { readonly classes: number } {
  return { classes: coloursOf({ scheme, palette: 'light', highlight: null }).red.length };
}

describe('what a map shows', () => {
  it.each(ALL_SCHEMES)(
    '[VIEW-MAP-10] by %s a cell of one frame is what the library says of the page',
    async (scheme) => {
      const random = numbers(23);
      for (const run of Object.values(traces)) {
        const { length } = run.timeline;
        for (const name of FRAME_ORDERS) {
          const order = orderOf(run, name);
          for (const record of [0, 1 + random(length), length]) {
            const other = random(length);
            const against = scheme === 'difference' ? { runId: run.run, record: other } : null;
            const naive = new NaiveMap(run.timeline, record, other);
            const part = partAt(order, busyPosition(run, Math.max(1, record), order, random), random(6));
            const answer = await paint(run, questionOf(run, record, { ...part, scheme, against, order: name }));
            const cells = [...Array.from({ length: 60 }, () => random(part.cells)), 0, part.cells - 1];
            for (const cell of cells) {
              const mfn = order.frameAt(part.first + cell);
              const [id, pixel] = [answer.classes[cell] as number, answer.pixels[cell] as number];
              const label = mfn === undefined ? 'none' : naive.label(scheme, mfn);
              expect(id === NO_FRAME ? 'none' : labelIn(answer, id), `frame ${mfn} behind ${record}`).toBe(label);
              expect(pixel === 0 ? [] : rgb(pixel)).toEqual(label === 'none' ? [] : legendColour(answer, label));
            }
          }
        }
      }
    },
  );

  it.each(ALL_SCHEMES)('[VIEW-MAP-11] by %s a cell of several frames is their mean', async (scheme) => {
    const random = numbers(29);
    for (const run of Object.values(traces)) {
      const { length } = run.timeline;
      for (const zoom of [-1, -3, -6]) {
        const name = FRAME_ORDERS[random(FRAME_ORDERS.length)] as FrameOrderName;
        const order = orderOf(run, name);
        const record = 1 + random(length);
        const other = random(length);
        const against = scheme === 'difference' ? { runId: run.run, record: other } : null;
        const naive = new NaiveMap(run.timeline, record, other);
        const position = busyPosition(run, record, order, random);
        const part = partAt(order, position, zoom);
        const answer = await paint(run, questionOf(run, record, { ...part, scheme, against, order: name }));
        const busy = Math.floor((position - part.first) / 2 ** part.shift);
        // Where something was done, anywhere, and at the end.
        const cells = [
          ...Array.from({ length: 12 }, (_, at) => busy - 6 + at),
          ...Array.from({ length: 12 }, () => random(part.cells)),
          part.cells - 1,
        ];
        for (const cell of cells.filter((one) => one >= 0 && one < part.cells)) {
          const frames = Array.from({ length: 2 ** part.shift }, (_, at) =>
            order.frameAt(part.first + cell * 2 ** part.shift + at),
          ).filter((mfn) => mfn !== undefined);
          const labels = frames.map((mfn) => naive.label(scheme, mfn));
          const colours = labels.map((label) => legendColour(answer, label));
          const mean = [0, 1, 2].map((channel) =>
            Math.round(colours.reduce((sum, colour) => sum + (colour[channel] as number), 0) / frames.length),
          );
          const pixel = answer.pixels[cell] as number;
          expect(pixel === 0 ? [] : rgb(pixel)).toEqual(frames.length === 0 ? [] : mean);
          const id = answer.classes[cell] as number;
          const distinct = [...new Set(labels)];
          const said = id === NO_FRAME ? [] : id === MIXED ? ['mixed'] : [labelIn(answer, id)];
          expect(said).toEqual(distinct.length > 1 ? ['mixed'] : distinct);
        }
      }
    }
  });

  it.each(ALL_SCHEMES)(
    '[VIEW-MAP-12] by %s a picture that follows a run is the one that is painted anew',
    async (scheme) => {
      const random = numbers(31);
      for (const [at, run] of Object.values(traces).entries()) {
        const { length } = run.timeline;
        const order = orderOf(run, 'folded');
        for (const zoom of [fitPlace(order.length, ROOM).zoom, 1]) {
          let record = 1 + random(length);
          const part = partAt(order, busyPosition(run, record, order, random), zoom);
          for (let step = 0; step < 10; step++) {
            const against = scheme === 'difference' ? { runId: run.run, record: random(length) } : null;
            const question = questionOf(run, record, { ...part, scheme, against, outlines: zoom > 0 });
            const followed = await paint(run, { ...question, pane: 'followed' });
            const anew = await paint(run, { ...question, pane: `anew ${at} ${zoom} ${step}` });
            expect(Buffer.compare(Buffer.from(followed.pixels.buffer), Buffer.from(anew.pixels.buffer))).toBe(0);
            expect(Buffer.compare(Buffer.from(followed.classes.buffer), Buffer.from(anew.classes.buffer))).toBe(0);
            expect(followed.machine).toEqual(anew.machine);
            expect(followed.seen).toEqual(anew.seen);
            expect([...followed.blocks]).toEqual([...anew.blocks]);
            // On, back, and far away.
            const steps = [1, 1, -1, -1, 2 + random(40), -2 - random(40), random(length) - record];
            record = Math.min(length, Math.max(0, record + (steps[random(steps.length)] as number)));
          }
        }
      }
    },
  );

  it.each(ALL_SCHEMES)('[VIEW-MAP-13] by %s the legend counts every frame of the machine', async (scheme) => {
    const random = numbers(37);
    for (const name of ['two nodes', 'small']) {
      const run = traces[name] as OpenEngine;
      const { length } = run.timeline;
      const { frames } = run.timeline.setup.machine;
      const order = orderOf(run, 'folded');
      const record = length - random(20);
      const other = random(length);
      const naive = new NaiveMap(run.timeline, record, other);
      const part = partAt(order, busyPosition(run, record, order, random), 2);
      const against = scheme === 'difference' ? { runId: run.run, record: other } : null;
      const answer = await paint(run, questionOf(run, record, { ...part, scheme, against }));
      // To look for the allocation of each page of a large machine one by one takes too long.
      const isLong = (scheme === 'age' || scheme === 'caller') && frames > 100_000;
      const known = new Map<string, number>();
      for (let mfn = 0; mfn < (isLong ? 0 : frames); mfn++) add(known, naive.label(scheme, mfn), 1);
      expect(isLong ? [] : totals(answer, answer.machine)).toEqual(sorted(known));
      const seen = new Map<string, number>();
      order.forEachRun(part.first, part.first + part.cells * 2 ** part.shift, (first, end) => {
        for (let mfn = first; mfn < end; mfn++) add(seen, naive.label(scheme, mfn), 1);
      });
      expect(totals(answer, answer.seen)).toEqual(sorted(seen));
      expect(answer.machine.reduce((sum, [, counted]) => sum + counted, 0)).toBe(frames);
    }
  });

  it('[VIEW-MAP-14] a cell that is told about has the classes and the first frame of the picture', async () => {
    const random = numbers(41);
    for (const run of Object.values(traces)) {
      const order = orderOf(run, 'folded');
      for (const zoom of [3, -2]) {
        const record = 1 + random(run.timeline.length);
        const naive = new NaiveMap(run.timeline, record);
        const position = busyPosition(run, record, order, random);
        const { shift } = partAt(order, position, zoom);
        const question = { runId: run.run, record, against: null, scheme: 'order', order: 'folded' } as const;
        const told = await cellAt(run.engine, { ...question, position, frames: 2 ** shift }, quietly() as never);
        const counted = new Map<string, number>();
        order.forEachRun(position, position + 2 ** shift, (first, end) => {
          for (let mfn = first; mfn < end; mfn++) add(counted, naive.label('order', mfn), 1);
        });
        const said = told.classes.map(([id, frames]) => [describeClass('order', id, told).label, frames] as const);
        expect(said.toSorted(byName)).toEqual(sorted(counted));
        expect(told.frame?.mfn).toBe(order.frameAt(position));
      }
    }
  });

  it('[VIEW-MAP-15] the blocks in sight tile what was given to the heap', async () => {
    const random = numbers(43);
    for (const run of Object.values(traces)) {
      const order = orderOf(run, 'folded');
      const record = 1 + random(run.timeline.length);
      const naive = new NaiveMap(run.timeline, record);
      const part = partAt(order, busyPosition(run, record, order, random), 4);
      const { blocks } = await paint(run, questionOf(run, record, { ...part, outlines: true }));
      const found = new Map<number, string>();
      for (let at = 0; at < blocks.length; at += 3) {
        const [position, frames, size] = [blocks[at] as number, blocks[at + 1] as number, blocks[at + 2] as number];
        for (let one = position; one < position + frames; one++) {
          expect(found.has(one)).toBe(false);
          found.set(one, `order ${size}`);
        }
      }
      for (let position = part.first; position < part.first + part.cells; position++) {
        const mfn = order.frameAt(position);
        const label = mfn === undefined ? 'no memory' : naive.label('order', mfn);
        const known = label === 'offlined' ? 'order 0' : /order \d+$/.exec(label)?.[0];
        expect(found.get(position)).toBe(known);
      }
    }
  });
});

function add(counts: Map<string, number>, label: string, frames: number): void {
  counts.set(label, (counts.get(label) ?? 0) + frames);
}

function byName(a: readonly [string, number], b: readonly [string, number]): number {
  return a[0] < b[0] ? -1 : 1;
}

function sorted(counts: ReadonlyMap<string, number>): (readonly [string, number])[] {
  return [...counts].toSorted(byName);
}

function totals(answer: MapAnswer, counts: MapAnswer['machine']): (readonly [string, number])[] {
  const found = new Map<string, number>();
  for (const [id, frames] of counts) add(found, labelIn(answer, id), frames);
  return sorted(found);
}
