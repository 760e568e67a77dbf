import { beforeAll, describe, expect, it } from 'vitest';
import { FrameTable } from '@heaplay/core';
import type { HeapConfig, Machine } from '@heaplay/core';
import { engineOf } from '../../test/open-engine.ts';
import { engineOfCompressed } from '../../test/compressed-trace.ts';
import { numbers } from '../../test/random.ts';
import { FRAME_ORDERS, FrameOrder } from './frame-order.ts';

/** Frames in which holes are folded: blocks of the largest order. */
const PIECE = 2 ** 18;
let setups: readonly { readonly machine: Machine; readonly heap: HeapConfig }[];

beforeAll(async () => {
  const engines = [
    await engineOf('recordings/x86-2g.4.17.heaplay.jsonl'),
    await engineOf('recordings/arm64-2g.4.17.heaplay.jsonl'),
    await engineOf('golden/4.17.separate-xenheap.numa.exhaust.heaplay.jsonl.gz'),
    await engineOf('golden/4.17.direct-map-all.1node.bigspan.heaplay.jsonl.gz'),
    await engineOfCompressed(),
  ];
  setups = engines.map(({ timeline }) => timeline.setup);
});

describe('the order of frames', () => {
  it('[VIEW-MAP-20] from a frame to its position and back', () => {
    const random = numbers(3);
    for (const { machine, heap } of setups) {
      for (const name of FRAME_ORDERS) {
        const order = FrameOrder.of(name, machine, heap);
        const borders = order.runs.flatMap(({ position, frames }) => [position - 1, position, position + frames - 1]);
        for (const position of [...borders, order.length, ...Array.from({ length: 300 }, () => random(order.length))]) {
          const mfn = order.frameAt(position);
          const isInside = order.runs.some((run) => run.position <= position && position < run.position + run.frames);
          expect(mfn !== undefined).toBe(isInside);
          expect(mfn === undefined ? position : order.positionOf(mfn)).toBe(position);
        }
        // The same order both ways: what is further in the machine is further in the picture.
        const frames = Array.from({ length: 300 }, () => random(machine.frames)).toSorted((a, b) => a - b);
        const positions = frames.map((mfn) => order.positionOf(mfn)).filter((position) => position !== undefined);
        expect(positions).toEqual(positions.toSorted((a, b) => a - b));
        expect(new Set(positions).size).toBe(new Set(frames.filter((mfn) => order.positionOf(mfn) !== undefined)).size);
      }
    }
  });

  it('[VIEW-MAP-21] by PDX a frame stands where the frame table has it, by MFN where it is', () => {
    const random = numbers(5);
    for (const { machine, heap } of setups) {
      const table = FrameTable.of(machine, heap);
      const [byPdx, byMfn] = [FrameOrder.of('pdx', machine, heap), FrameOrder.of('mfn', machine, heap)];
      const inRam = machine.ram.flatMap(([first, end]) => [first, end - 1, first + random(end - first)]);
      for (const mfn of [...inRam, ...Array.from({ length: 300 }, () => random(machine.frames))]) {
        expect(byPdx.positionOf(mfn)).toBe(table.pdxOf(mfn));
        expect(byMfn.positionOf(mfn)).toBe(mfn);
      }
    }
    // At least one of the machines is compressed, or nothing was tested.
    const last = setups.at(-1) as (typeof setups)[number];
    expect(FrameOrder.of('pdx', last.machine, last.heap).length).toBeLessThan(last.machine.frames / 100);
  });

  it('[VIEW-MAP-22] folded is what has no memory in a whole piece, and nothing else', () => {
    for (const { machine, heap } of setups) {
      const order = FrameOrder.of('folded', machine, heap);
      const folded = new Set<number>();
      for (const { frames } of order.folds()) {
        for (let first = frames[0]; first < frames[1]; first += PIECE) folded.add(first / PIECE);
      }
      for (let piece = 0; piece * PIECE < machine.frames; piece++) {
        const [first, end] = [piece * PIECE, Math.min((piece + 1) * PIECE, machine.frames)];
        const hasMemory = machine.ram.some((bank) => bank[0] < end && first < bank[1]);
        const isLast = first >= Math.max(...machine.ram.map((bank) => bank[1]));
        expect(order.positionOf(first) !== undefined).toBe(hasMemory);
        expect(order.positionOf(end - 1) !== undefined).toBe(hasMemory);
        // Behind the last memory nothing follows from which a fold could part it.
        expect(folded.has(piece)).toBe(!hasMemory && !isLast);
        // Blocks stay where they are in a row.
        expect((order.positionOf(first) ?? 0) % PIECE).toBe(0);
      }
    }
  });

  it('[VIEW-MAP-23] runs of positions and runs of frames are the same frames', () => {
    const random = numbers(7);
    for (const { machine, heap } of setups) {
      for (const name of FRAME_ORDERS) {
        const order = FrameOrder.of(name, machine, heap);
        for (let times = 0; times < 40; times++) {
          const near = order.runs[random(order.runs.length)]?.position ?? 0;
          const from = Math.max(0, near - random(64));
          const to = from + random(128);
          const naive = Array.from(
            { length: to - from },
            (_, at) => [order.frameAt(from + at), from + at] as const,
          ).filter(([mfn]) => mfn !== undefined);
          const found: (readonly [number, number])[] = [];
          order.forEachRun(from, to, (first, end, position) => {
            for (let mfn = first; mfn < end; mfn++) found.push([mfn, position + mfn - first]);
          });
          expect(found).toEqual(naive);
          const back: number[] = [];
          for (const [mfn] of found) order.forEachPosition(mfn, mfn + 1, (first, end) => back.push(first, end - 1));
          expect(back).toEqual(naive.flatMap(([, position]) => [position, position]));
        }
      }
    }
  });
});
