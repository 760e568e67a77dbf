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
