import type { DuckDBDataChunk, DuckDBResult } from '@duckdb/node-api';
import type { SqlValue } from '../sql-value.ts';
import { plainValue } from './duckdb-value.ts';
import { SqlError } from './sql-error.ts';

/** A column of a result. */
export interface SqlColumn {
  /** Its name; one that is there twice has a number behind it. */
  readonly name: string;
  /** Its type, as DuckDB writes it. */
  readonly type: string;
  /** Is it a number, which stands to the right? */
  readonly isNumber: boolean;
}

/** What DuckDB says of a statement that returns rows, and not how many it changed, or nothing. */
const RETURNS_ROWS = 3;

const NUMBER = /^(U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|BIGNUM|FLOAT|DOUBLE|DECIMAL\(.*\))$/;

/** The rows that came of SQL, to be read once. They are worked out as they are read. */
export class SqlRows {
  /** None for a statement that returns nothing. */
  readonly columns: readonly SqlColumn[];
  private readonly result: DuckDBResult;
  private readonly expectGoing: () => void;

  /** `expectGoing` is asked before each piece, and throws if nobody wants more. */
  constructor(result: DuckDBResult, expectGoing: () => void) {
    this.result = result;
    this.expectGoing = expectGoing;
    const names = result.deduplicatedColumnNames();
    const returnsRows = Number(result.returnType) === RETURNS_ROWS;
    this.columns = (returnsRows ? names : []).map((name, index) => {
      const type = String(result.columnType(index));
      return { name, type, isNumber: NUMBER.test(type) };
    });
  }

  /** Some rows at a time. Throws {@link SqlError}. */
  async *batches(): AsyncGenerator<readonly (readonly SqlValue[])[], void, undefined> {
    for await (const chunk of this.chunks()) yield chunk.getRows().map((row) => row.map(plainValue));
  }

  /** The same as DuckDB holds them. Throws {@link SqlError}. */
  async *chunks(): AsyncGenerator<DuckDBDataChunk, void, undefined> {
    if (this.columns.length === 0) return;
    for (;;) {
      const chunk = await this.next();
      if (chunk === null) return;
      yield chunk;
    }
  }

  private async next(): Promise<DuckDBDataChunk | null> {
    try {
      this.expectGoing();
      const chunk = await this.result.fetchChunk();
      return chunk === null || chunk.rowCount === 0 ? null : chunk;
    } catch (error) {
      throw new SqlError(error);
    }
  }
}
