import { setImmediate as turn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { joinBytes } from '../../trace/bytes.ts';
import type { Compression } from '../../trace/unpack.ts';

/** Bytes and how they are compressed. */
export interface Packed {
  readonly compression: Compression;
  readonly bytes: Uint8Array;
}

/** Bytes of a zstd frame: what keeps the program busy at one go. */
const FRAME_BYTES = 2 ** 23;

/** Up to here the best that zstd can do takes some seconds at most; beyond, a level that is ten times as fast. */
const SMALL_BYTES = 2 ** 22;
const BEST_LEVEL = 19;
const FAST_LEVEL = 12;

/** Compresses bytes as small as can be in reasonable time, by gzip or zstd. */
export async function packSmall(bytes: Uint8Array): Promise<Packed> {
  const packed: readonly Packed[] = [
    { compression: 'zstd', bytes: await zstd(bytes) },
    { compression: 'gzip', bytes: await promisify(gzip)(bytes, { level: 9 }) },
  ];
  return smallest(packed);
}

/** The smallest; the first of those that are as small. */
export function smallest(candidates: readonly Packed[]): Packed {
  return candidates.reduce((best, each) => (each.bytes.length < best.bytes.length ? each : best));
}

async function zstd(bytes: Uint8Array): Promise<Uint8Array> {
  const { Zstd } = await import('@hpcc-js/wasm-zstd');
  const library = await Zstd.load();
  const level = bytes.length <= SMALL_BYTES ? BEST_LEVEL : FAST_LEVEL;
  const frames: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += FRAME_BYTES) {
    frames.push(library.compress(bytes.subarray(at, at + FRAME_BYTES), level));
    // An interrupt need not wait for all of them.
    await turn();
  }
  return joinBytes(frames);
}
