import type { TableName } from '../tables/table-schema.ts';

/** What the help says about an argument that is a trace. */
export const TRACE_ARGUMENT = 'a trace, plain, gzip or zstd; - for stdin';

/** What the help says about conditions over a heap. */
export const EXPRESSION_HELP = `
An EXPRESSION is a condition in CEL (https://cel.dev) over
  record, call (its keys are the record's), result, failed
  heap           freePages claims needScrub largestOrder failures
  node(id)       freePages needScrub
  zone(node, id) freePages
  order(n)       freeBlocks
  domain(id)     exists totalPages extraPages maxPages outstandingPages dying
  page(mfn)      state owner order head xenHeap dirty
  fragmentation(order), from 0 to 1
`;

// The tables have these names too, but help and completion load nothing of the model.
const TABLES: Readonly<Record<TableName, true>> = { calls: true, allocations: true, free_memory: true, pages: true };

/** The tables of a run. */
export const TABLE_CHOICES: readonly string[] = Object.keys(TABLES);
