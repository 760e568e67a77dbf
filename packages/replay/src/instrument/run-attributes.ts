/** Every span that heaplay makes of its own runs, in one place: docs/opentelemetry.md says what each is. */
export const RUN_SPANS = {
  loadTrace: 'heaplay.load_trace',
  openTimeline: 'heaplay.open_timeline',
  replay: 'heaplay.replay',
  verify: 'heaplay.verify',
  diff: 'heaplay.diff',
  check: 'heaplay.check',
  bisect: 'heaplay.bisect',
  bisectProbe: 'heaplay.bisect.probe',
  export: 'heaplay.export',
  tables: 'heaplay.tables',
  sweep: 'heaplay.sweep',
  sweepRun: 'heaplay.sweep.run',
} as const;

/** The name of one of them. */
export type RunSpanName = (typeof RUN_SPANS)[keyof typeof RUN_SPANS];

/** Every name that they give to something, in one place: docs/opentelemetry.md says what each holds. */
export const RUN_ATTRIBUTES = {
  command: 'heaplay.command',
  exitCode: 'heaplay.exit_code',
  traceName: 'heaplay.trace.name',
  otherTraceName: 'heaplay.trace.other_name',
  mode: 'heaplay.mode',
  xenVersion: 'heaplay.xen_version',
  records: 'heaplay.records',
  calls: 'heaplay.calls',
  failed: 'heaplay.failed',
  orphaned: 'heaplay.orphaned',
  moved: 'heaplay.moved',
  differs: 'heaplay.differs',
  bugKind: 'heaplay.bug.kind',
  bugRecord: 'heaplay.bug.record',
  checked: 'heaplay.checked',
  mismatches: 'heaplay.mismatches',
  rules: 'heaplay.rules',
  violations: 'heaplay.violations',
  expression: 'heaplay.expression',
  probes: 'heaplay.probes',
  probeRecord: 'heaplay.probe.record',
  verdict: 'heaplay.probe.verdict',
  foundRecord: 'heaplay.found.record',
  spans: 'heaplay.spans',
  rows: 'heaplay.rows',
  runs: 'heaplay.runs',
  jobs: 'heaplay.jobs',
  vary: 'heaplay.vary',
  impossible: 'heaplay.impossible',
  cancelled: 'heaplay.cancelled',
} as const;
