import { joinBytes } from '../../trace/bytes.ts';
import { TraceError } from '../../trace/errors.ts';
import { STDIO, fileChunks, nodeSha256 } from '../../trace/node/file.ts';
import { readTrace } from '../../trace/reader.ts';
import type { Compression } from '../../trace/unpack.ts';
import { createUnpacker, sniffCompression } from '../../trace/unpack.ts';
import { CorruptStream } from '../../trace/unpacker.ts';
import type { EmbeddedTrace } from '../report-page.ts';
import { packSmall, smallest } from './pack-small.ts';

/** A trace that was read to be put into a report. */
export interface TraceForReport extends EmbeddedTrace {
  /** Records that can be read. */
  readonly records: number;
  /** Bytes of the trace as it lies there. */
  readonly size: number;
  /** How it is compressed in the report. */
  readonly compression: Compression;
  /** That it breaks off, or is damaged behind its header, if so: the page will say the same. */
  readonly warning: string | null;
  readonly damage: TraceError | null;
}

/**
 * Reads a trace, and compresses its bytes anew, as small as can be; a compressed stream that is cut or damaged stays as
 * it is. Throws `TraceError` if there is nothing to show: the file cannot be read, or its header.
 */
export async function traceForReport(path: string, name: string): Promise<TraceForReport> {
  const pieces: Uint8Array[] = [];
  for await (const chunk of fileChunks(path)) pieces.push(chunk.slice());
  const raw = joinBytes(pieces);
  const told = await readThrough(raw, path === STDIO ? 'standard input' : path);
  const asItIs = { compression: sniffCompression(raw), bytes: raw };
  const plain = unpacked(raw, asItIs.compression);
  const packed = plain === null ? asItIs : smallest([asItIs, await packSmall(plain)]);
  return { name, size: raw.length, ...told, ...packed };
}

async function readThrough(
  raw: Uint8Array,
  name: string,
): Promise<Pick<TraceForReport, 'records' | 'warning' | 'damage'>> {
  const reading = await readTrace(inPieces(raw), { name, sha256: nodeSha256 });
  let records = 0;
  try {
    for await (const batch of reading.pull()) records += batch.records.length;
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    return { records, warning: null, damage: error };
  }
  const { end } = reading;
  return { records, warning: end === null || end.cut === null ? null : end.warning, damage: null };
}

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 262_144) yield bytes.subarray(at, at + 262_144);
}

/** The bytes without their compression; null: it is not whole. */
function unpacked(raw: Uint8Array, compression: Compression): Uint8Array | null {
  const unpacker = createUnpacker(compression);
  const pieces: Uint8Array[] = [];
  try {
    for (const piece of unpacker.push(raw)) pieces.push(piece.slice());
    return unpacker.end() ? joinBytes(pieces) : null;
  } catch (error) {
    if (error instanceof CorruptStream) return null;
    throw error;
  }
}
