// What needs Node.js: files and the standard streams.
export {
  OutputError,
  STDIO,
  compressionOf,
  fileChunks,
  loadTraceFile,
  nodeSha256,
  readTraceFile,
  writeFileWhole,
  writeTraceFile,
} from './trace/node/file.ts';
