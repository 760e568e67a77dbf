// Replaying and verifying.
export { compareObservation } from './replay/compare-observation.ts';
export type { Comparison } from './replay/compare-observation.ts';
export type { Difference } from './replay/difference.ts';
export { observeAgain } from './replay/observe-again.ts';
export { replayBatches } from './replay/replay-batches.ts';
export { ReplayRun } from './replay/replay-run.ts';
export type { ReplayOptions } from './replay/replay-run.ts';
export type { ReplayResult } from './replay/replay-tally.ts';
export { CALLS_PER_STATE, ReplaySession } from './replay/replay-session.ts';
export { Verifier, verify } from './replay/verify.ts';
export type { Mismatch, VerifyOptions, VerifyResult } from './replay/verify.ts';

// Recording what a program does, and workloads.
export type { CallArguments, CallNotes, RecorderConfig } from './record/call-recorder.ts';
export { Recorder, createRecorder } from './record/recorder.ts';
export type { ObserveArguments } from './record/recorder.ts';
export { RecordingEnded, RecordingStopped } from './record/recording-stopped.ts';
export { FLUSH_MILLISECONDS, FLUSH_RECORDS, traceBytes } from './record/trace-stream.ts';
export type { StreamOptions } from './record/trace-stream.ts';
export { WORKLOADS, WORKLOAD_NAMES } from './record/workload/catalogue.ts';
export type { WorkloadEntry, WorkloadName, WorkloadParameters } from './record/workload/catalogue.ts';
export { WorkloadRun } from './record/workload/run-workload.ts';
export type { WorkloadOptions } from './record/workload/run-workload.ts';
export { WorkloadError } from './record/workload/workload-error.ts';
export { workloadParameters, workloadSetup } from './record/workload/workload-setup.ts';

// Another configuration.
export { BootPanic, planBoot } from './rebase/boot-plan.ts';
export type { BootPlan, BootPlanOptions } from './rebase/boot-plan.ts';
export { Provenance } from './rebase/provenance.ts';
export type { TargetBlock, TargetFrame } from './rebase/provenance.ts';
export { Rebaser } from './rebase/rebase.ts';
export type { RebasedCall } from './rebase/rebase.ts';
export { changesLayout, reconfigure, sameSetup } from './rebase/reconfigure.ts';
export type { ConfigChange, Setup } from './rebase/reconfigure.ts';
export { ConfigError, resolveSetup } from './rebase/resolve-setup.ts';

// The time machine: a run in which any record can be gone to.
export { CHECKPOINT_SPACING, GrowingTimeline } from './timeline/growing-timeline.ts';
export { openTimeline, timelineOf } from './timeline/open-timeline.ts';
export type { TimelineOptions, TimelineProgress, TimelineSource } from './timeline/timeline-source.ts';
export { atOnce } from './timeline/stepwise.ts';
export type { Stepwise } from './timeline/stepwise.ts';
export { Timeline } from './timeline/timeline.ts';
export type { Visit } from './timeline/timeline.ts';
export { editRecords, changeRecord, whatIf } from './analysis/what-if.ts';
export type { RecordEdits, WhatIfOptions } from './analysis/what-if.ts';
export type { EditRecord } from './rebase/paired-run.ts';

// Many configurations of many traces.
export { combinationsOf } from './sweep/combinations.ts';
export type { Combination, SweepAxis } from './sweep/combinations.ts';
export { combinedChange } from './sweep/combined-change.ts';
export type { SweepLine, UnreadRun } from './sweep/sweep-line.ts';
export { sweepRun } from './sweep/sweep-run.ts';
export type { ImpossibleRun, SweptRun } from './sweep/sweep-run.ts';

// Conditions over a heap.
export { compileExpression } from './expression/expression.ts';
export type { Expression } from './expression/expression.ts';
export type { PartValue } from './expression/part-values.ts';
export { ExpressionError } from './expression/expression-error.ts';
export type { ExpressionProblem } from './expression/expression-error.ts';
export type { Moment } from './expression/moment.ts';

// Asking a run.
export { AllocationRecords } from './analysis/allocation-records.ts';
export { Biographer, allocationUpTo, lastEventUpTo } from './analysis/biography.ts';
export type { PageBiography, PageEvent } from './analysis/biography.ts';
export { pageChangeOf } from './analysis/page-change.ts';
export type { PageChange } from './analysis/page-change.ts';
export { bisect, bisectStepwise, scan, scanStepwise } from './analysis/bisect.ts';
export type { BisectProgress, BisectResult } from './analysis/bisect.ts';
export { ContradictoryMark, markRecord, positionOf, startSearch } from './analysis/bisect-search.ts';
export type { BisectMark, BisectPosition, BisectSearch, BisectVerdict } from './analysis/bisect-search.ts';
export { stretchesStepwise } from './analysis/stretches.ts';
export type { Stretch, Stretches } from './analysis/stretches.ts';
export { CallerIndex } from './analysis/caller-index.ts';
export type { CallerFigures } from './analysis/caller-columns.ts';
export { check, checkStepwise } from './analysis/check.ts';
export type { CheckResult, CheckRule, Violation } from './analysis/check.ts';
export { countCallsStepwise } from './analysis/call-counts.ts';
export { describeFailure, describeStep } from './analysis/describe-step.ts';
export { DomainLives, domainLives, domainLivesStepwise } from './analysis/domain-lives.ts';
export type { DomainLife } from './analysis/domain-lives.ts';
export { describeFreeStep } from './analysis/describe-free-step.ts';
export { NothingToExplain, beforeCall, explainFrees, explainRecord } from './analysis/explain.ts';
export type { RecordExplanation, RecordFrees } from './analysis/explain.ts';
export { describeRemedy, remediesFor } from './analysis/remedies.ts';
export type { Remedy } from './analysis/remedies.ts';
export { freeZones, sampleHeap } from './analysis/heap-sample.ts';
export type { FreeZone, HeapSample } from './analysis/heap-sample.ts';
export { failureBeside, nthFailure, orderChangeBeside, touchBeside } from './analysis/jumps.ts';
export type { JumpDirection } from './analysis/jumps.ts';
export { columnsOf, evenRecords, keptRecords, sampleRecord, sampleStepwise } from './analysis/run-samples.ts';
export type { RunAxis, RunSample, SampleColumns, SampleLine } from './analysis/run-samples.ts';
export { seriesCsv, seriesOf, seriesStepwise, seriesToCsv } from './analysis/series.ts';
export type { SeriesCsv, SeriesPoint } from './analysis/series.ts';
export { statsOf, statsStepwise, symbolOf } from './analysis/stats.ts';
export type { CallTotals, HeldMemory, HighWater, RunStats } from './analysis/stats.ts';
export { TouchIndex } from './analysis/touch-index.ts';
export type { PageMoment } from './analysis/touch-index.ts';

// Importing: the machine that a boot log, a memory map or a device tree tells of.
export { importMachine } from './import/import-machine.ts';
export type { ImportOptions, ImportedMachine, TakenFrames } from './import/import-machine.ts';
export { importFtrace } from './import/ftrace/import-ftrace.ts';
export type { FtraceOptions, ImportedFtrace } from './import/ftrace/import-ftrace.ts';
export type { FtraceDomains } from './import/ftrace/domains.ts';
export type { LinuxMachine } from './import/ftrace/linux-machine.ts';
export type { FtraceTally } from './import/ftrace/tally.ts';
export { IMPORT_KINDS, kindOf } from './import/kinds.ts';
export type { ImportKind, ImportKindName } from './import/kinds.ts';
export { bootCalls } from './import/trace/boot-records.ts';
export type { BootCalls } from './import/trace/boot-records.ts';
export { importTrace } from './import/trace/import-trace.ts';
export type { ImportedTrace } from './import/trace/import-trace.ts';
export type { ImportProblem } from './import/problem.ts';
export type { XenOptions } from './import/command-line.ts';
export type { PdxOutcome } from './import/facts/fact.ts';
export type { DumpedZone, HeapDump } from './import/machine/heap-dumps.ts';
export type { RamSource } from './import/machine/ram-source.ts';
export type { Told, ToldValue } from './import/machine/told.ts';

// Linting: misuse that another layout would punish.
export { LINT_RULES } from './lint/finding.ts';
export type { Finding, LintRule } from './lint/finding.ts';
export { STASH_LIMIT, lint, lintStepwise } from './lint/lint.ts';
export type { LintOptions } from './lint/lint.ts';

// Planning: what a machine is like under every layout.
export { addressMap } from './plan/address-map.ts';
export type { AddressStretch } from './plan/address-map.ts';
export type { LayoutPlan, LostRam } from './plan/layout-plan.ts';
export type { MappedRun } from './plan/direct-map.ts';
export { keptRam, planLayouts, plannedMachine } from './plan/plan-layouts.ts';
export type { KeptRam, PlanSource } from './plan/plan-layouts.ts';
export { planSourceOf } from './plan/plan-source.ts';

// Numbers for people.
export { brief, count, frame, pages, plural, size } from './text/format.ts';

// The viewer's page with traces inside.
export { reportPage } from './view/report-page.ts';
export type { EmbeddedTrace } from './view/report-page.ts';
export { traceNames } from './view/trace-names.ts';

// Comparing runs.
export { hasFailed, isAllocation } from './diff/call-class.ts';
export { diffConfigurations } from './diff/diff-configurations.ts';
export type { DiffOptions, SideBySide } from './diff/diff-configurations.ts';
export { differs } from './diff/diff-result.ts';
export type {
  DiffBug,
  DiffResult,
  DiffSide,
  Divergence,
  DivergenceCause,
  FirstFailure,
  Move,
} from './diff/diff-result.ts';
export { diffCalls, metricsStepwise } from './diff/diff-timelines.ts';
export type { CallDiff, TimelineDiffOptions, TimelinePairing } from './diff/diff-timelines.ts';
export { CALL_CLASSES, DifferingCalls } from './diff/differing-calls.ts';
export type { CallClass } from './diff/differing-calls.ts';
export type { CallVerdict } from './diff/call-verdict.ts';
export { diffTraces } from './diff/diff-traces.ts';
export type { DiffTrace } from './diff/diff-traces.ts';
export type { HeapMetrics } from './diff/heap-metrics.ts';

// trace: reading and writing traces, and holding them in memory
export type { RecordBatch } from './trace/batch.ts';
export { batchesOf } from './trace/batches-of.ts';
export type { ByteChunks } from './trace/bytes.ts';
export { checkRecord } from './trace/check-record.ts';
export { decodeRecord, isFooter } from './trace/decode-record.ts';
export { encodeFooter, encodeRecord, recordToJson } from './trace/encode-record.ts';
export { TraceError, describeProblem } from './trace/errors.ts';
export type { TracePlace } from './trace/errors.ts';
export { portableSha256 } from './trace/hash.ts';
export type { IncrementalHash, Sha256 } from './trace/hash.ts';
export { decodeHeader, encodeHeader, traceHeader } from './trace/header.ts';
export type { DecodedHeader, TraceHeader, TraceRecorder } from './trace/header.ts';
export { loadTrace } from './trace/load.ts';
export type { LoadedTrace } from './trace/load.ts';
export { readTrace, readTraceParts } from './trace/reader.ts';
export type { ReadOptions, TracePart, TraceReading } from './trace/reader.ts';
export { isObservation } from './trace/record-kind.ts';
export { TYPE_BY_CODE, TraceTable, codeOfType } from './trace/table.ts';
export type { TraceCut, TraceEnd } from './trace/trace-end.ts';
export type { RecordType, TraceFooter, TraceRecord } from './trace/trace-record.ts';
export type { Compression } from './trace/unpack.ts';
export { OLDEST_VERSION, TRACE_VERSION } from './trace/upcast.ts';
export type { Upcast } from './trace/upcast.ts';
export { TraceWriter, writeTrace } from './trace/writer.ts';
export type { WriteOptions } from './trace/writer.ts';
