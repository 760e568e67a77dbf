import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { TableBatch } from './table-batch.ts';
import type { TableEncoder } from './table-encoder.ts';
import { columnsOf } from './table-schema.ts';
import type { Cell, ColumnSpec, ColumnType, TableName } from './table-schema.ts';

/** Rows of a batch that make a row group of a good size: some MiB in memory. */
export const ROW_GROUP_ROWS = 16_384;

type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]['schema'][number];

const PHYSICAL: { readonly [T in ColumnType]: Pick<SchemaElement, 'type' | 'converted_type'> } = {
  int64: { type: 'INT64' },
  int32: { type: 'INT32' },
  boolean: { type: 'BOOLEAN' },
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
};

/**
 * Writes a table as Parquet, compressed with Snappy: a batch becomes a row group. The columns' units and meanings stand
 * in the metadata of the file, as JSON under `heaplay.columns`.
 */
export class ParquetEncoder implements TableEncoder {
  private readonly columns: readonly (readonly [name: string, column: ColumnSpec])[];
  private readonly bytes = new ByteWriter();
  private readonly writer: ParquetWriter;

  constructor(table: TableName) {
    this.columns = columnsOf(table);
    this.writer = new ParquetWriter({
      writer: this.bytes,
      schema: [{ name: 'root', num_children: this.columns.length }, ...this.columns.map(schemaElement)],
      kvMetadata: [
        { key: 'heaplay.table', value: table },
        { key: 'heaplay.columns', value: JSON.stringify(Object.fromEntries(this.columns)) },
      ],
      createdBy: 'heaplay',
    });
  }

  begin(): Uint8Array {
    return this.take();
  }

  rows({ columns, length }: TableBatch): Uint8Array {
    // A column is made when it is written, for one as bigints is larger than the rest of the batch's.
    const columnData = this.columns.map(([name, { type }], at) => ({
      name,
      get data(): (Cell | bigint)[] {
        const cells = columns[at] ?? [];
        return type === 'int64' ? cells.map(exact) : [...cells];
      },
    }));
    void this.writer.write({ columnData, rowGroupSize: length });
    return this.take();
  }

  end(): Uint8Array {
    void this.writer.finish();
    return this.take();
  }

  /** What was written since this was asked last. The writer goes on counting where it is in the file. */
  private take(): Uint8Array {
    const taken = this.bytes.getBytes().slice();
    this.bytes.index = 0;
    return taken;
  }
}

function schemaElement([name, { type, nullable }]: readonly [string, ColumnSpec]): SchemaElement {
  return { name, ...PHYSICAL[type], repetition_type: nullable ? 'OPTIONAL' : 'REQUIRED' };
}

function exact(cell: Cell): bigint | null {
  return typeof cell === 'number' ? BigInt(cell) : null;
}
