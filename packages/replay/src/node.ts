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
export { readAgain } from './trace/node/read-again.ts';
export { readTraceFileAside } from './trace/node/read-aside.ts';
export type { ThreadReadOptions } from './trace/node/read-message.ts';
export { RecordingFile, recordToFile } from './record/node/record-to-file.ts';

// The viewer: served, or written into one file with the traces.
export { PageMissing, viewerPage } from './view/node/viewer-page.ts';
export { openServedTrace } from './view/node/open-served-trace.ts';
export type { ServedTraceOptions } from './view/node/open-served-trace.ts';
export type { OpenedTrace, ServedTrace } from './view/node/served-trace.ts';
export { ServeError, TraceServer, serveTraces } from './view/node/trace-server.ts';
export type { ServeOptions } from './view/node/trace-server.ts';
export { traceForReport } from './view/node/trace-for-report.ts';
export type { TraceForReport } from './view/node/trace-for-report.ts';

// A real Xen under QEMU.
export { recordQemu } from './record/qemu/node/record-qemu.ts';
export type { AttachedMachine, MachineToLaunch, QemuRecordingOptions } from './record/qemu/node/record-qemu.ts';
export { missingFor, xenFolder } from './record/qemu/node/launch.ts';
export { GdbRemote } from './record/qemu/node/gdb-remote.ts';
export type { RemoteAddress } from './record/qemu/node/gdb-remote.ts';
export { recordXen } from './record/qemu/record-xen.ts';
export type { RecordingOptions, RecordingProgress, RecordingResult, RecordingSink } from './record/qemu/recording.ts';
export { RecordingError, RemoteError } from './record/qemu/remote-error.ts';
export type { RemoteProblem } from './record/qemu/remote-error.ts';
export type { RemoteTarget } from './record/qemu/target.ts';
export type { StopReply } from './record/qemu/stop-reply.ts';
export type { FunctionSet } from './record/qemu/watched-function.ts';
export { ElfError, readElf } from './record/qemu/elf.ts';
export type { ElfFile, ElfSegment, ElfSymbol } from './record/qemu/elf.ts';
export { XenMemory } from './record/qemu/xen-memory.ts';
export { LAYOUTS, layoutOf } from './record/qemu/layouts.ts';
export type { MemFlagLayout, XenLayout } from './record/qemu/layout.ts';
export { LaunchError } from './record/qemu/launch-plan.ts';
export type { LaunchName, LaunchOptions } from './record/qemu/launch-plan.ts';

// Sweeps, on threads of their own.
export { sweepFiles } from './sweep/node/sweep-files.ts';
export type { SweepOptions } from './sweep/node/sweep-files.ts';
export type { SweepTrace } from './sweep/node/sweep-message.ts';

// The tables of runs, asked in SQL.
export { RunDatabase } from './tables/node/run-database.ts';
export { DatabaseMissing, SqlError } from './tables/node/sql-error.ts';
export type { SqlColumn, SqlRows } from './tables/node/sql-rows.ts';
export { ExactDecimal, sqlJson, sqlText } from './tables/sql-value.ts';
export type { SqlValue } from './tables/sql-value.ts';
