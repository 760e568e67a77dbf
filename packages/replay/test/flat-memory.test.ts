import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { identifyTrace, runSpans } from '../src/otel.ts';
import { CsvEncoder, ParquetEncoder, runTables } from '../src/tables.ts';
import type { TableEncoder, TableName } from '../src/tables.ts';
import type { TimelineSource } from '../src/timeline/timeline-source.ts';
import { TraceTable } from '../src/trace/table.ts';
import { BUSY_HEADER, busyRecords } from './busy-records.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const RECORDS = 60_000;

/** Rows of a batch: a row group of Parquet leaves some KiB for the end of the file. */
const BATCH_ROWS = 8192;

/** Two stretches of the run in which memory is looked at, each with a whole batch of every table in it. */
const EARLY = { first: 12_288, last: 28_672 };
const LATE = { first: 40_960, last: 57_344 };

/** More than the engine needs for itself, and less than an object for each record would take. */
const MOST_BYTES_A_RECORD = 16;

const source: TimelineSource = {
  name: 'busy',
  header: BUSY_HEADER,
  table: TraceTable.of([...busyRecords(RECORDS)]),
};

/** What a walk gives, without what it tells. */
interface Piece {
  readonly kind: string;
  readonly record?: number;
}

/** Bytes that are held, by JavaScript and beside it. */
function held(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** How many bytes more are held at most in the late stretch than in the early one, for each record between them. */
function growth(items: Iterable<Piece>): number {
  let early = 0;
  let late = 0;
  for (const { kind, record = 0 } of items) {
    if (kind !== 'pause') continue;
    if (record >= EARLY.first && record <= EARLY.last) early = Math.max(early, held());
    if (record >= LATE.first && record <= LATE.last) late = Math.max(late, held());
  }
  expect(Math.min(early, late)).toBeGreaterThan(0);
  return (late - early) / (LATE.last - EARLY.last);
}

describe('memory while a run is exported does not grow with its records', () => {
  it.each([
    // Of each row group it keeps some 20 KiB until the end of the file, which tells where they are.
    ['parquet', ParquetEncoder, 2 * MOST_BYTES_A_RECORD],
    ['csv', CsvEncoder, MOST_BYTES_A_RECORD],
  ] as const)('[FLAT-1] as tables, written as %s', (_, Encoder, most) => {
    const encoders = new Map<TableName, TableEncoder>();
    function* written(): Generator<Piece> {
      for (const item of runTables(source, { batchRows: BATCH_ROWS, every: 64 })) {
        if (item.kind === 'rows') {
          const encoder = encoders.get(item.table) ?? new Encoder(item.table);
          encoders.set(item.table, encoder);
          encoder.rows(item);
        }
        yield item.kind === 'pause' ? item : { kind: item.kind };
      }
    }
    expect(growth(written())).toBeLessThan(most);
    expect(encoders.size).toBe(4);
  });

  it('[FLAT-2] as spans and metrics', () => {
    function* told(): Generator<Piece> {
      for (const item of runSpans(source, identifyTrace(source), { metricsEvery: 512 })) {
        yield item.kind === 'pause' ? item : { kind: item.kind };
      }
    }
    expect(growth(told())).toBeLessThan(MOST_BYTES_A_RECORD);
  });

  it('[FLAT-3] and one who keeps what comes is found out', () => {
    const kept: object[] = [];
    function* hoarded(): Generator<Piece> {
      for (const item of runTables(source, { tables: ['calls'], batchRows: BATCH_ROWS })) {
        kept.push(item);
        yield item.kind === 'pause' ? item : { kind: item.kind };
      }
    }
    expect(growth(hoarded())).toBeGreaterThan(4 * MOST_BYTES_A_RECORD);
    expect(kept.length).toBeGreaterThan(RECORDS / BATCH_ROWS);
  });
});
