import { decodeHeader } from '../src/trace/header.ts';
import type { TraceHeader } from '../src/trace/header.ts';
import { timelineOf } from '../src/timeline/open-timeline.ts';
import type { TimelineOptions, TimelineSource } from '../src/timeline/timeline-source.ts';
import type { Timeline } from '../src/timeline/timeline.ts';
import { loadTraceFile } from '../src/trace/node/file.ts';
import { TraceTable } from '../src/trace/table.ts';
import { corpusPath } from './corpus.ts';
import { decodedRecord } from './arbitrary-trace.ts';

/** A record as the format writes it. */
export type RecordJson = Readonly<Record<string, unknown>> & { readonly type: string };

/** What a small trace says of its machine, where it differs from 4096 frames, all given to the heap by its records. */
export interface SmallMachine {
  readonly machine?: Readonly<Record<string, unknown>>;
  readonly heap?: Readonly<Record<string, unknown>>;
}

/** Header of a small trace: 16 MiB, blocks up to order 10. */
export function smallHeader({ machine, heap }: SmallMachine = {}): TraceHeader {
  const read = decodeHeader({
    heaplay: 1,
    machine: { arch: 'x86_64', frames: 4096, ram: [[0, 4096]], ...machine },
    heap: { mode: 'direct-map-all', maxOrder: 10, ...heap },
  });
  if (!read.ok) throw new Error(`${read.problem.field}: found ${read.problem.found}`);
  return read.value.header;
}

/** A trace of a few records, as a timeline is made of. */
export function smallSource(records: readonly RecordJson[], setup: SmallMachine = {}): TimelineSource {
  const table = new TraceTable();
  for (const record of records) table.append(decodedRecord(record));
  return { name: 'small', header: smallHeader(setup), table };
}

/** A timeline of a few records. */
export function smallTimeline(records: readonly RecordJson[], setup: SmallMachine = {}): Promise<Timeline> {
  return timelineOf(smallSource(records, setup));
}

/** A trace of the corpus, as a timeline is made of. */
export async function corpusSource(path: string): Promise<TimelineSource> {
  const { header, table } = await loadTraceFile(corpusPath(path));
  return { name: path, header, table };
}

/** A trace of the corpus as a timeline. */
export async function corpusTimeline(path: string, options: TimelineOptions = {}): Promise<Timeline> {
  return timelineOf(await corpusSource(path), options);
}

/** Frames of the small machine as a range of bytes, for the calls that give memory to the heap. */
export function bytesOf(first: number, end: number): { readonly start: string; readonly end: string } {
  return { start: `0x${(first * 4096).toString(16)}`, end: `0x${(end * 4096).toString(16)}` };
}
