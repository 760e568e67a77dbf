import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as DuckDbModule from '@duckdb/node-api';
import type {
  DuckDBAppender,
  DuckDBConnection,
  DuckDBDataChunk,
  DuckDBInstance,
  DuckDBType,
  DuckDBValue,
} from '@duckdb/node-api';
import type { TableBatch } from '../table-batch.ts';
import { TABLE_NAMES, columnsOf } from '../table-schema.ts';
import type { Cell, ColumnType, TableName } from '../table-schema.ts';
import { namedTables } from '../named-tables.ts';
import { DatabaseMissing, SqlError } from './sql-error.ts';
import { SqlRows } from './sql-rows.ts';

/** Memory that a database takes before it goes on in a folder of its own among the temporary files. */
const MEMORY = '1GiB';

/** What an instance of DuckDB may do: nothing but compute. No extension is fetched or loaded. */
const OPTIONS: Readonly<Record<string, string>> = {
  memory_limit: MEMORY,
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  allow_community_extensions: 'false',
};

const SQL_TYPES: { readonly [T in ColumnType]: string } = {
  int64: 'BIGINT',
  int32: 'INTEGER',
  boolean: 'BOOLEAN',
  text: 'VARCHAR',
};

type DuckDb = typeof DuckDbModule;

/** The tables of one run or of several, to be asked in SQL. */
export class RunDatabase {
  private readonly duckdb: DuckDb;
  private readonly instance: DuckDBInstance;
  private readonly connection: DuckDBConnection;
  private readonly withTrace: boolean;
  private readonly spill: string;
  private readonly appenders = new Map<TableName, { appender: DuckDBAppender; chunk: DuckDBDataChunk }>();
  private interrupted = false;

  private constructor(
    duckdb: DuckDb,
    instance: DuckDBInstance,
    connection: DuckDBConnection,
    spill: string,
    withTrace: boolean,
  ) {
    this.duckdb = duckdb;
    this.instance = instance;
    this.connection = connection;
    this.withTrace = withTrace;
    this.spill = spill;
    process.once('exit', this.dropSpill);
  }

  /**
   * Opens an empty one. `withTrace`: every table begins with a column `trace`, which names the run. Its SQL sees no
   * file and no network. Throws {@link DatabaseMissing} where there is no DuckDB.
   */
  static async open(withTrace: boolean): Promise<RunDatabase> {
    const duckdb = await loadDuckDb();
    const spill = join(tmpdir(), `heaplay-sql-${randomUUID()}`);
    const instance = await duckdb.DuckDBInstance.create(':memory:', { ...OPTIONS, temp_directory: spill });
    const connection = await instance.connect();
    const database = new RunDatabase(duckdb, instance, connection, spill, withTrace);
    for (const table of TABLE_NAMES) await connection.run(createTable(table, withTrace));
    await connection.run('SET enable_external_access = false; SET lock_configuration = true');
    return database;
  }

  /**
   * Looks at SQL before anything is loaded: its syntax, and the names of its first statement. Returns the tables that it
   * may ask; the others are gone. Throws {@link SqlError}.
   */
  async check(sql: string): Promise<TableName[]> {
    await sqlErrors(async () => {
      const statements = await this.connection.extractStatements(sql);
      (await statements.prepare(0)).destroySync();
    });
    const named = namedTables(sql);
    // Whatever comes to one of them in a way that could not be seen finds no table, rather than one without rows.
    for (const table of TABLE_NAMES) if (!named.includes(table)) await this.connection.run(`DROP TABLE ${table}`);
    return named;
  }

  /** Loads rows; `trace` names the run they are of. A batch of any size. */
  async load({ table, length, columns }: TableBatch, trace: string): Promise<void> {
    const { appender, chunk } = await this.appenderOf(table);
    const types = columnsOf(table).map(([, { type }]) => type);
    const most = 2048;
    for (let from = 0; from < length; from += most) {
      const rows = Math.min(most, length - from);
      chunk.reset();
      chunk.rowCount = rows;
      let at = 0;
      if (this.withTrace) chunk.setColumnValues(at++, new Array<string>(rows).fill(trace));
      for (const [index, type] of types.entries()) {
        const cells = columns[index] ?? [];
        const part = rows === length ? cells : cells.slice(from, from + rows);
        chunk.setColumnValues(at++, type === 'int64' ? part.map(exact) : (part as readonly DuckDBValue[]));
      }
      appender.appendDataChunk(chunk);
    }
  }

  /** All is loaded. */
  finishLoading(): void {
    for (const { appender } of this.appenders.values()) appender.closeSync();
    this.appenders.clear();
  }

  /** Carries out statements one after the other; the rows are the last one's. Throws {@link SqlError}. */
  async query(sql: string): Promise<SqlRows> {
    return sqlErrors(async () => {
      const statements = await this.connection.extractStatements(sql);
      for (let index = 0; index < statements.count - 1; index++) {
        this.expectGoing();
        await sqlErrors(
          async () => {
            const prepared = await statements.prepare(index);
            await prepared.run();
            prepared.destroySync();
          },
          placeOf(index, statements.count),
        );
      }
      this.expectGoing();
      const index = statements.count - 1;
      return sqlErrors(
        async () => {
          const last = await statements.prepare(index);
          return new SqlRows(await last.stream(), () => this.expectGoing());
        },
        placeOf(index, statements.count),
      );
    });
  }

  /**
   * Writes rows as Parquet into a new file, by a second database that no SQL but its own ever sees. Throws
   * {@link SqlError}.
   */
  async writeParquet(rows: SqlRows, path: string): Promise<void> {
    await sqlErrors(async () => {
      const instance = await this.duckdb.DuckDBInstance.create(':memory:', {
        ...OPTIONS,
        temp_directory: `${this.spill}-2`,
      });
      const connection = await instance.connect();
      const columns = rows.columns.map(({ name, type }) => `${quoted(name)} ${type}`);
      await connection.run(`CREATE TABLE result (${columns.join(', ')})`);
      const appender = await connection.createAppender('result');
      for await (const chunk of rows.chunks()) appender.appendDataChunk(chunk);
      appender.closeSync();
      await connection.run(`COPY result TO '${path.replaceAll("'", "''")}' (FORMAT parquet)`);
      connection.closeSync();
      instance.closeSync();
    });
  }

  /** Ends what is being carried out: it fails with {@link SqlError}. */
  interrupt(): void {
    this.interrupted = true;
    this.connection.interrupt();
  }

  /** Was it interrupted? */
  get isInterrupted(): boolean {
    return this.interrupted;
  }

  /** Closes it; rows that were not read are gone. */
  close(): void {
    this.finishLoading();
    this.connection.closeSync();
    this.instance.closeSync();
    process.removeListener('exit', this.dropSpill);
    this.dropSpill();
  }

  private readonly dropSpill = (): void => {
    for (const folder of [this.spill, `${this.spill}-2`]) rmSync(folder, { recursive: true, force: true });
  };

  private expectGoing(): void {
    if (this.interrupted) throw new Error('interrupted');
  }

  private async appenderOf(table: TableName): Promise<{ appender: DuckDBAppender; chunk: DuckDBDataChunk }> {
    const known = this.appenders.get(table);
    if (known !== undefined) return known;
    const { BIGINT, INTEGER, BOOLEAN, VARCHAR, DuckDBDataChunk: Chunk } = this.duckdb;
    const typeOf: { readonly [T in ColumnType]: DuckDBType } = {
      int64: BIGINT,
      int32: INTEGER,
      boolean: BOOLEAN,
      text: VARCHAR,
    };
    const types = columnsOf(table).map(([, { type }]) => typeOf[type]);
    const made = {
      appender: await this.connection.createAppender(table),
      chunk: Chunk.create(this.withTrace ? [VARCHAR, ...types] : types),
    };
    this.appenders.set(table, made);
    return made;
  }
}

async function loadDuckDb(): Promise<DuckDb> {
  try {
    return await import('@duckdb/node-api');
  } catch (error) {
    throw new DatabaseMissing(error);
  }
}

async function sqlErrors<T>(action: () => Promise<T>, place?: string): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw error instanceof SqlError ? error : new SqlError(error, place);
  }
}

/** Where an error lies, in words, if there are several statements. */
function placeOf(index: number, statements: number): string | undefined {
  return statements === 1 ? undefined : `in statement ${index + 1} of ${statements}`;
}

function createTable(table: TableName, withTrace: boolean): string {
  const columns = columnsOf(table).map(([name, { type }]) => `${quoted(name)} ${SQL_TYPES[type]}`);
  return `CREATE TABLE ${table} (${[...(withTrace ? ['trace VARCHAR'] : []), ...columns].join(', ')})`;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function exact(cell: Cell): bigint | null {
  return typeof cell === 'number' ? BigInt(cell) : null;
}
