/** What a column holds: whole numbers of 64 or 32 bits, yes or no, or text. */
export type ColumnType = 'int64' | 'int32' | 'boolean' | 'text';

/** A column of a table. */
export interface ColumnSpec {
  readonly type: ColumnType;
  /** May a row say nothing there? */
  readonly nullable: boolean;
  /** What a number counts; none for numbers that are names. */
  readonly unit?: string;
  readonly description: string;
}

/** A table of a run: its columns in their order. */
export interface TableSpec {
  readonly description: string;
  readonly columns: Readonly<Record<string, ColumnSpec>>;
}

/**
 * Every table that a run can be turned into. This is where names, types, units and meanings of columns stand:
 * writers, the database and docs/sql.md follow from it.
 */
export const TABLES = {
  calls: {
    description: 'every call that the run made, in their order',
    columns: {
      record: { type: 'int64', nullable: false, description: 'record of the trace, from 1' },
      at_ns: {
        type: 'int64',
        nullable: true,
        unit: 'ns',
        description: 'since the trace began: the latest time known up to the record; null if the trace has no times',
      },
      cpu: { type: 'int32', nullable: false, description: 'CPU that made the call' },
      call: { type: 'text', nullable: false, description: 'the function of Xen' },
      planned: {
        type: 'boolean',
        nullable: false,
        description: 'laid out anew by start-up under this configuration, not recorded',
      },
      orphaned: {
        type: 'boolean',
        nullable: false,
        description: 'not carried out: it needs pages of an allocation that failed under this configuration',
      },
      domain: { type: 'int32', nullable: true, description: 'domain that the call names' },
      page_order: { type: 'int32', nullable: true, description: 'log2 of the pages of a block' },
      pages: {
        type: 'int64',
        nullable: true,
        unit: 'page',
        description: "2^page_order, or the call's own argument of that name",
      },
      mfn: {
        type: 'int64',
        nullable: true,
        description: 'first frame that an allocation returned, or the one that another call names',
      },
      node: { type: 'int32', nullable: true, description: 'node of mfn' },
      zone: { type: 'int32', nullable: true, description: 'zone of mfn' },
      requested_node: { type: 'int32', nullable: true, description: 'node that was asked for; null: any' },
      requested_bits: {
        type: 'int32',
        nullable: true,
        unit: 'bit',
        description: 'width of the address that was asked for; null: any',
      },
      flags: { type: 'text', nullable: true, description: 'memory flags, separated by "|"' },
      arguments: { type: 'text', nullable: true, description: 'all other arguments, as a JSON object' },
      notes: { type: 'text', nullable: true, description: 'the x- keys of the record, as a JSON object' },
      result: {
        type: 'text',
        nullable: true,
        description: 'what the call returned, as JSON, where an address is a hex text; null if it returns nothing',
      },
      failed: { type: 'boolean', nullable: false, description: 'the caller did not get what it asked for' },
      failure_reason: {
        type: 'text',
        nullable: true,
        description: 'why an allocation failed, in a word: fragmented, exhausted, claimed, ...',
      },
      failure: {
        type: 'text',
        nullable: true,
        description: 'why an allocation failed, with the numbers that prove it',
      },
      virqs: {
        type: 'int32',
        nullable: false,
        unit: 'interrupt',
        description: 'how often the low-memory interrupt was raised',
      },
      bug: { type: 'text', nullable: true, description: 'how Xen stopped here: BUG, ASSERT, PANIC, FAULT' },
      bug_rule: { type: 'text', nullable: true, description: 'the rule of the model by which it stopped' },
      free_pages: {
        type: 'int64',
        nullable: false,
        unit: 'page',
        description: 'free pages of the whole heap behind the call',
      },
      caller: { type: 'text', nullable: true, description: 'innermost symbol of the stack, with its offset' },
      symbol: { type: 'text', nullable: true, description: 'the same without offset' },
      stack: { type: 'text', nullable: true, description: 'the whole stack, innermost first, separated by ";"' },
    },
  },
  allocations: {
    description: 'the life of every allocation: those that ended in the order of their ends, then those still open',
    columns: {
      record: { type: 'int64', nullable: false, description: 'record that allocated it' },
      at_ns: { type: 'int64', nullable: true, unit: 'ns', description: 'when; null if the trace has no times' },
      freed_record: {
        type: 'int64',
        nullable: true,
        description: 'record that freed the last page of it; null: still open at the end',
      },
      freed_at_ns: { type: 'int64', nullable: true, unit: 'ns', description: 'when; null if open or without times' },
      lifetime_ns: { type: 'int64', nullable: true, unit: 'ns', description: 'freed_at_ns - at_ns' },
      page_order: { type: 'int32', nullable: true, description: 'log2 of its pages; null for alloc_boot_pages' },
      pages: { type: 'int64', nullable: false, unit: 'page', description: 'how large it was' },
      held_pages: {
        type: 'int64',
        nullable: false,
        unit: 'page',
        description: 'pages of it that are not free at the end of the run',
      },
      mfn: { type: 'int64', nullable: false, description: 'its first frame' },
      node: { type: 'int32', nullable: false, description: 'node of mfn' },
      zone: { type: 'int32', nullable: false, description: 'zone of mfn' },
      domain: { type: 'int32', nullable: true, description: 'domain that the call names; null: anonymous' },
      heap: { type: 'text', nullable: false, description: 'where it was taken from: xen, dom or boot' },
      call: { type: 'text', nullable: false, description: 'call that allocated it' },
      caller: { type: 'text', nullable: true, description: 'innermost symbol of its stack, with its offset' },
      symbol: { type: 'text', nullable: true, description: 'the same without offset' },
      stack: { type: 'text', nullable: true, description: 'the whole stack, innermost first, separated by ";"' },
      freed_by: { type: 'text', nullable: true, description: 'call that freed the last page; null: open' },
      freed_by_symbol: { type: 'text', nullable: true, description: 'innermost symbol of the stack of that call' },
    },
  },
  free_memory: {
    description: 'free memory as it goes: a row for each free list that has blocks, at every sampled record',
    columns: {
      record: { type: 'int64', nullable: false, description: 'the heap is as it was behind this record' },
      at_ns: { type: 'int64', nullable: true, unit: 'ns', description: 'when; null if the trace has no times' },
      node: { type: 'int32', nullable: false, description: 'node' },
      zone: { type: 'int32', nullable: false, description: 'zone' },
      page_order: { type: 'int32', nullable: false, description: 'log2 of the pages of each block' },
      blocks: {
        type: 'int64',
        nullable: false,
        unit: 'block',
        description: 'free blocks; 0 at the first sample in which a list is empty that was not',
      },
      pages: { type: 'int64', nullable: false, unit: 'page', description: 'blocks * 2^page_order' },
    },
  },
  pages: {
    description: 'the heap at one moment, the end unless said: a row for each block, by rising frame',
    columns: {
      mfn: { type: 'int64', nullable: false, description: 'first frame of the block' },
      pages: { type: 'int64', nullable: false, unit: 'page', description: '2^page_order' },
      page_order: { type: 'int32', nullable: false, description: 'log2 of its pages' },
      state: { type: 'text', nullable: false, description: 'free, in-use, offlining or offlined' },
      domain: { type: 'int32', nullable: true, description: 'whom it belongs to' },
      heap: {
        type: 'text',
        nullable: true,
        description: 'xen or dom; null for what is free, and may become either',
      },
      node: { type: 'int32', nullable: false, description: 'node' },
      zone: { type: 'int32', nullable: false, description: 'zone' },
      dirty_pages: {
        type: 'int64',
        nullable: true,
        unit: 'page',
        description: 'pages of a free block that are to be scrubbed; null for other blocks',
      },
      extra: { type: 'boolean', nullable: false, description: 'does not count against the maximum of its domain' },
      broken: { type: 'boolean', nullable: false, description: 'marked as broken' },
      record: {
        type: 'int64',
        nullable: true,
        description: 'record that allocated it, as in allocations; null for what is free or was never allocated',
      },
    },
  },
} as const;

/** Name of a table. */
export type TableName = keyof typeof TABLES;

/** All of them, in their order. */
export const TABLE_NAMES: readonly TableName[] = Object.keys(TABLES) as TableName[];

/** What stands in a row's column. Whole numbers are exact: no unit of a trace exceeds 2^53. */
export type Cell = number | string | boolean | null;

interface ValueOf {
  readonly int64: number;
  readonly int32: number;
  readonly boolean: boolean;
  readonly text: string;
}

type ColumnsOf<T extends TableName> = (typeof TABLES)[T]['columns'];

type CellOf<C> = C extends { readonly type: infer Type extends ColumnType; readonly nullable: infer Nullable }
  ? ValueOf[Type] | (Nullable extends true ? null : never)
  : never;

/** A row of a table. */
export type RowOf<T extends TableName> = { readonly [C in keyof ColumnsOf<T>]: CellOf<ColumnsOf<T>[C]> };

/** The columns of a table, in their order. */
export function columnsOf(table: TableName): readonly (readonly [name: string, column: ColumnSpec])[] {
  const { columns }: TableSpec = TABLES[table];
  return Object.entries(columns);
}
