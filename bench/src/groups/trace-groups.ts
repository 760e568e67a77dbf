import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { batchesOf, writeTrace } from '@heaplay/replay';
import type { Compression, TraceHeader, TraceRecord } from '@heaplay/replay';
import { loadTraceFile, nodeSha256, readTraceFile, readTraceFileAside } from '@heaplay/replay/node';
import type { Group, Subject } from '../harness/subject.ts';
import { mixedTrace, mixedTraceFile } from '../workloads/trace-files.ts';

const RECORDS = 100_000;
const QUICK_RECORDS = 20_000;

/** `JSON.parse` of every line of a text. */
function parseLines(text: string): number {
  let lines = 0;
  for (const line of text.split('\n')) if (line !== '') lines += (JSON.parse(line) as object) === null ? 0 : 1;
  return lines;
}

function reading(name: string, path: string, events: number, read: typeof readTraceFile = readTraceFile): Subject {
  return {
    name,
    ours: true,
    events,
    async: true,
    run: async () => {
      let seen = 0;
      const trace = await read(path);
      for await (const { records } of trace.pull()) seen += records.length;
      return seen;
    },
  };
}

/** Reading a trace by format. */
export const READ_GROUP: Group = {
  name: 'read',
  title: 'reading a trace of 100,000 records',
  unit: 'record',
  reference: 'gunzip and JSON.parse',
  rounds: 15,
  subjects: async (quick) => {
    const events = quick ? QUICK_RECORDS : RECORDS;
    const plain = await mixedTraceFile(events, '');
    const gzip = await mixedTraceFile(events, '.gz');
    const zstd = await mixedTraceFile(events, '.zst');
    return [
      reading('read, plain', plain, events),
      reading('read, gzip', gzip, events),
      reading('read, zstd', zstd, events),
      reading('read on a thread of its own, gzip', gzip, events, readTraceFileAside),
      { name: 'load as columns, gzip', ours: true, events, async: true, run: () => loadTraceFile(gzip) },
      { name: 'JSON.parse of the plain file', ours: false, events, run: () => parseLines(readFileSync(plain, 'utf8')) },
      {
        name: 'gunzip and JSON.parse',
        ours: false,
        events,
        run: () => parseLines(gunzipSync(readFileSync(gzip)).toString()),
      },
    ];
  },
};

function writing(
  name: string,
  header: TraceHeader,
  records: readonly TraceRecord[],
  compression: Compression,
): Subject {
  return {
    name,
    ours: true,
    events: records.length,
    async: true,
    run: async () => {
      let bytes = 0;
      const trace = writeTrace(header, batchesOf(records), { compression, sha256: nodeSha256 });
      for await (const piece of trace) bytes += piece.length;
      return bytes;
    },
  };
}

/** Writing a trace by format. */
export const WRITE_GROUP: Group = {
  name: 'write',
  title: 'writing a trace of 100,000 records',
  unit: 'record',
  reference: 'JSON.stringify',
  rounds: 15,
  subjects: (quick) => {
    const { header, records } = mixedTrace(quick ? QUICK_RECORDS : RECORDS);
    return [
      writing('write, plain', header, records, 'none'),
      writing('write, gzip', header, records, 'gzip'),
      writing('write, zstd', header, records, 'zstd'),
      {
        name: 'JSON.stringify',
        ours: false,
        events: records.length,
        run: () => records.map((record) => JSON.stringify(record)).join('\n').length,
      },
    ];
  },
};
