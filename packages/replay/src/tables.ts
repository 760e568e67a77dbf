// A run as tables: calls, allocations, free memory, the blocks of a heap. All of it runs in a browser.
export { CsvEncoder } from './tables/csv-encoder.ts';
export { ParquetEncoder, ROW_GROUP_ROWS } from './tables/parquet-encoder.ts';
export { runTables, samplesEvery } from './tables/run-tables.ts';
export type { RunTableItem, RunTableOptions, TableEnd, TablePause } from './tables/run-tables.ts';
export type { TableBatch } from './tables/table-batch.ts';
export type { TableEncoder } from './tables/table-encoder.ts';
export { TABLES, TABLE_NAMES, columnsOf } from './tables/table-schema.ts';
export type { Cell, ColumnSpec, ColumnType, RowOf, TableName, TableSpec } from './tables/table-schema.ts';
