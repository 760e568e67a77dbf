import type { TableBatch } from './table-batch.ts';

/** Writes one table in some format: the beginning, batch after batch, the end. What each gives follows the one before. */
export interface TableEncoder {
  begin(): Uint8Array;
  rows(batch: TableBatch): Uint8Array;
  end(): Uint8Array;
}
