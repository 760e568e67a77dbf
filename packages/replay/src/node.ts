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
export { readTraceFileAside } from './trace/node/read-aside.ts';
export type { ThreadReadOptions } from './trace/node/read-message.ts';
export { RecordingFile, recordToFile } from './record/node/record-to-file.ts';
