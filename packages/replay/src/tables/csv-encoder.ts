import { csvRecord } from '../text/csv.ts';
import type { TableBatch } from './table-batch.ts';
import type { TableEncoder } from './table-encoder.ts';
import { columnsOf } from './table-schema.ts';
import type { Cell, TableName } from './table-schema.ts';

/** Writes a table as CSV (RFC 4180): a line with the names of the columns, then one for each row. */
export class CsvEncoder implements TableEncoder {
  private readonly text = new TextEncoder();
  private readonly names: readonly string[];

  constructor(table: TableName) {
    this.names = columnsOf(table).map(([name]) => name);
  }

  begin(): Uint8Array {
    return this.text.encode(csvRecord(this.names));
  }

  rows({ columns, length }: TableBatch): Uint8Array {
    let text = '';
    const row: Cell[] = [];
    for (let at = 0; at < length; at++) {
      for (let column = 0; column < columns.length; column++) row[column] = columns[column]?.[at] ?? null;
      text += csvRecord(row);
    }
    return this.text.encode(text);
  }

  end(): Uint8Array {
    return new Uint8Array();
  }
}
