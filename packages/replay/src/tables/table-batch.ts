import { columnsOf } from './table-schema.ts';
import type { Cell, RowOf, TableName } from './table-schema.ts';

/** Some rows of a table, column by column in the order of its schema. */
export interface TableBatch {
  readonly kind: 'rows';
  readonly table: TableName;
  /** How many rows there are: at least one. */
  readonly length: number;
  readonly columns: readonly (readonly Cell[])[];
}

/** Collects the rows of a table until there are enough for a batch. */
export class BatchBuilder<T extends TableName> {
  private readonly table: T;
  private readonly size: number;
  private readonly names: readonly (string & keyof RowOf<T>)[];
  private readonly give: (batch: TableBatch) => void;
  private columns: Cell[][] = [];
  private length = 0;

  /** `give` takes batches of `size` rows; the last one, which may be smaller, when {@link flush} is called. */
  constructor(table: T, size: number, give: (batch: TableBatch) => void) {
    this.table = table;
    this.size = size;
    this.give = give;
    this.names = columnsOf(table).map(([name]) => name as string & keyof RowOf<T>);
    this.reset();
  }

  /** Adds a row. */
  push(row: RowOf<T>): void {
    const { names, columns } = this;
    for (let at = 0; at < names.length; at++) {
      (columns[at] as Cell[]).push(row[names[at] as keyof RowOf<T>] as Cell);
    }
    this.length++;
    if (this.length >= this.size) this.flush();
  }

  /** Gives what there is. */
  flush(): void {
    const { table, length, columns } = this;
    if (length === 0) return;
    this.reset();
    this.give({ kind: 'rows', table, length, columns });
  }

  private reset(): void {
    this.columns = this.names.map(() => []);
    this.length = 0;
  }
}
