import { FrameBlocks } from '@heaplay/core';
import type { MfnRange } from '@heaplay/core';
import type { Engine } from '../engine/engine.ts';
import type { Run } from '../engine/run.ts';
import { Transferred } from '../remote/answer.ts';
import type { PictureLook } from './class-colours.ts';
import { FrameOrder } from './frame-order.ts';
import type { FrameOrderName } from './frame-order.ts';
import { frameFacts } from './frame-facts.ts';
import type { FrameFacts } from './frame-facts.ts';
import { MapPane, runsOf } from './map-pane.ts';
import type { ClassCounts } from './map-pane.ts';
import { regionsOf } from './regions.ts';
import type { Region } from './regions.ts';
import { schemeFacts } from './schemes/all-schemes.ts';
import type { SchemeContext, SchemeName } from './schemes/scheme.ts';
import { Tally } from './tally.ts';
import { touchedFrames } from './touched-frames.ts';

/** A moment of a run. */
export interface RunMoment {
  readonly runId: number;
  readonly record: number;
}

/** A picture to be painted. */
export interface MapQuestion extends RunMoment, PictureLook {
  /** Which map on the page asks: it gets its next picture faster if that is like its last one. */
  readonly pane: string;
  /** What it is held against, for the scheme `difference`; else null. */
  readonly against: RunMoment | null;
  readonly order: FrameOrderName;
  /** The position of the first cell, and how many of `2^shift` frames. */
  readonly first: number;
  readonly cells: number;
  readonly shift: number;
  /** Shall the blocks be told one by one? */
  readonly outlines: boolean;
  /** Shall frames be counted by class? */
  readonly counts: boolean;
}

/** A picture of a heap. */
export interface MapAnswer {
  readonly record: number;
  /** What it was asked for. */
  readonly question: MapQuestion;
  /** A pixel for each cell. */
  readonly pixels: Uint32Array<ArrayBuffer>;
  readonly classes: Uint16Array<ArrayBuffer>;
  /** Frames by class, in the whole machine and in the part that is seen. */
  readonly machine: ClassCounts;
  readonly seen: ClassCounts;
  /** The symbols that classes of callers stand for, the most first. */
  readonly callers: readonly string[];
  /** The blocks that are seen: position of the first frame, frames, and order of each, in turn. */
  readonly blocks: Float64Array<ArrayBuffer>;
  /** The frames that the record's call is about. */
  readonly touched: MfnRange | null;
}

interface RunMaps {
  readonly regions: readonly Region[];
  readonly orders: Map<FrameOrderName, FrameOrder>;
  readonly panes: Map<string, MapPane>;
}

const maps = new WeakMap<Run, RunMaps>();

/** Paints a map. */
export function paintMap(engine: Engine, question: MapQuestion): Transferred<MapAnswer> {
  const run = engine.run(question.runId);
  const { record } = question;
  const here = run.timeline.stateAt(record);
  const { against } = question;
  const there = against === null ? null : engine.run(against.runId).timeline.stateAt(against.record);
  const { panes, orders, regions } = mapsOf(run);
  const order = orderOf(orders, question.order, run);
  let pane = panes.get(question.pane);
  if (pane === undefined) {
    pane = new MapPane(regions);
    panes.set(question.pane, pane);
  }
  const { first, cells, shift } = question;
  const context = contextOf(run, record);
  pane.show({ here, there }, { order, first, cells, shift }, question, context, question.counts);
  const pixels = pane.pixels.slice();
  const classes = pane.classes.slice();
  const blocks = question.outlines ? outlines(new FrameBlocks(here), order, first, cells) : new Float64Array(0);
  const { machine, seen } = pane.counts;
  const { callers } = context;
  const touched = touchedFrames(run.timeline, record);
  return new Transferred({ record, question, pixels, classes, machine, seen, callers, blocks, touched }, [
    pixels.buffer,
    classes.buffer,
    blocks.buffer,
  ]);
}

/** A cell to be told about. */
export interface CellQuestion extends RunMoment {
  readonly against: RunMoment | null;
  readonly scheme: SchemeName;
  readonly order: FrameOrderName;
  /** Position of its first frame, and how many frames it stands for. */
  readonly position: number;
  readonly frames: number;
}

/** A cell, as a map tells it. */
export interface CellAnswer {
  readonly question: CellQuestion;
  /** Its first frame; null: it has none. */
  readonly frame: FrameFacts | null;
  /** Frames by class. */
  readonly classes: ClassCounts;
  readonly callers: readonly string[];
}

/** Tells what a cell stands for. */
export function cellAt(engine: Engine, question: CellQuestion): CellAnswer {
  const { runId, record, against, position, frames } = question;
  const run = engine.run(runId);
  const here = run.timeline.stateAt(record);
  const there = against === null ? null : engine.run(against.runId).timeline.stateAt(against.record);
  const { orders, regions } = mapsOf(run);
  const context = contextOf(run, record);
  const runs = runsOf({ here, there }, question.scheme, regions, context);
  const tally = new Tally(schemeFacts(question.scheme).classes);
  let frame: FrameFacts | null = null;
  orderOf(orders, question.order, run).forEachRun(position, position + frames, (mfn, end) => {
    frame ??= frameFacts(here, mfn);
    tally.count(runs, mfn, end);
  });
  return { question, frame, classes: tally.entries(), callers: context.callers };
}

function mapsOf(run: Run): RunMaps {
  let found = maps.get(run);
  if (found === undefined) {
    found = { regions: regionsOf(run.timeline.stateAt(0).platform), orders: new Map(), panes: new Map() };
    maps.set(run, found);
  }
  return found;
}

function orderOf(orders: Map<FrameOrderName, FrameOrder>, name: FrameOrderName, run: Run): FrameOrder {
  let order = orders.get(name);
  if (order === undefined) {
    const { machine, heap } = run.timeline.setup;
    order = FrameOrder.of(name, machine, heap);
    orders.set(name, order);
  }
  return order;
}

function contextOf(_run: Run, record: number): SchemeContext {
  return { record, bornAt: () => 0, callerOf: () => -1, callers: [] };
}

function outlines(blocks: FrameBlocks, order: FrameOrder, first: number, cells: number): Float64Array<ArrayBuffer> {
  const found: number[] = [];
  order.forEachRun(first, first + cells, (mfn, end, position) => {
    blocks.forEach(mfn, end, (block) => {
      if (block.state === 'outside') return;
      found.push(position + block.first - mfn, block.end - block.first, block.order);
    });
  });
  return Float64Array.from(found);
}
