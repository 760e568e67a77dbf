import type { Architecture } from '@heaplay/core';
import { ReplaySession } from '../../replay/replay-session.ts';
import type { RecordBatch } from '../../trace/batch.ts';
import type { ByteChunks } from '../../trace/bytes.ts';
import { traceHeader } from '../../trace/header.ts';
import type { TraceHeader } from '../../trace/header.ts';
import { DEFAULT_BATCH_SIZE } from '../../trace/parser.ts';
import type { TraceRecord } from '../../trace/trace-record.ts';
import type { AddressRange } from '../lines/hex-range.ts';
import { collectTold } from '../machine/told.ts';
import { bootCalls } from '../trace/boot-records.ts';
import type { FtraceDomains } from './domains.ts';
import { EventOrder } from './event-order.ts';
import { linuxMachine } from './linux-machine.ts';
import type { LinuxMachine } from './linux-machine.ts';
import { PageEventReader } from './page-event-reader.ts';
import { PageRecords } from './page-records.ts';
import { surveyFtrace } from './survey.ts';
import { FtraceTally } from './tally.ts';
import { textLines } from './text-lines.ts';

/** How to read a recording of ftrace. */
export interface FtraceOptions {
  /** What the file is called in messages. */
  readonly name: string;
  /** The program's version. */
  readonly version: string;
  readonly arch?: Architecture;
  /** RAM of the machine in bytes, ends excluded. */
  readonly ram?: readonly AddressRange[];
  /** Whose pages allocations become; absent: nobody's. */
  readonly domains?: FtraceDomains;
}

/** A recording that is becoming a trace. */
export interface ImportedFtrace extends LinuxMachine {
  readonly header: TraceHeader;
  /** The records, made as they are asked for; once. */
  readonly batches: AsyncIterable<RecordBatch>;
  /** What became of the events. Whole when the last record has been made. */
  readonly tally: FtraceTally;
}

/**
 * Makes a trace of what Linux's page allocator did, as ftrace or perf recorded it: a boot of the machine, then a call for
 * each allocation and each free. Linux's allocator is not Xen's: which frame it chose stands beside the call (`x-pfn`),
 * there is no result, and a free gives back the frame that the model chose. `source` gives the file's bytes; it is asked
 * twice, since the machine stands before the first event. Throws `TraceError`, and `BootPanic` where Xen would not boot.
 */
export async function importFtrace(source: () => ByteChunks, options: FtraceOptions): Promise<ImportedFtrace> {
  const { name, version, domains = 'none' } = options;
  const found = linuxMachine(await surveyFtrace(source(), name), options);
  const { heap, calls } = bootCalls({ ...found, taken: [], options: {}, told: collectTold([]) });
  const header: TraceHeader = {
    ...traceHeader({ name: 'heaplay import', version, source: `ftrace: ${name}` }, found.machine, heap),
    'x-import': { sources: { ram: found.ramSource }, domains, assumed: found.assumed },
  };
  const tally = new FtraceTally();
  const session = ReplaySession.powerOn(found.machine, heap);
  for (const call of calls) session.apply(call);
  const start = calls.map((call): TraceRecord => ({ ...call, 'x-synthetic': 'boot' }));
  const records = new PageRecords(session, tally, domains);
  return { ...found, heap, header, tally, batches: batches(start, records, tally, textLines(source(), name)) };
}

async function* batches(
  start: readonly TraceRecord[],
  records: PageRecords,
  tally: FtraceTally,
  lines: AsyncIterable<readonly string[]>,
): AsyncGenerator<RecordBatch, void, undefined> {
  yield { first: 1, records: start };
  let first = 1 + start.length;
  const order = new EventOrder(tally, (event) => records.push(event));
  const reader = new PageEventReader(tally, (event) => order.push(event));
  let waiting: TraceRecord[] = [];
  for await (const some of lines) {
    for (const line of some) reader.push(line);
    waiting = waiting.concat(records.take());
    if (waiting.length < DEFAULT_BATCH_SIZE) continue;
    yield { first, records: waiting };
    first += waiting.length;
    waiting = [];
  }
  order.end();
  waiting = waiting.concat(records.take());
  if (waiting.length > 0) yield { first, records: waiting };
}
