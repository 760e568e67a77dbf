// What needs Node.js: files and the standard streams.
export {
  STDIO,
  compressionOf,
  fileChunks,
  loadTraceFile,
  nodeSha256,
  readTraceFile,
  writeFileWhole,
  writeTraceFile,
} from './trace/node/file.ts';
