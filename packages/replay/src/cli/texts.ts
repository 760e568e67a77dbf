/** What the help says about an argument that is a trace. */
export const TRACE_ARGUMENT = 'a trace, plain, gzip or zstd; - for stdin';
