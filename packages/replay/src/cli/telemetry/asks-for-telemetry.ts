/** Commands that replay something. The others are over before anybody could look at them. */
const RUNS: ReadonlySet<string> = new Set([
  'verify',
  'replay',
  'dump',
  'diff',
  'bisect',
  'check',
  'explain',
  'page',
  'what-if',
  'sweep',
  'stats',
  'query',
  'lint',
  'export',
]);

/**
 * Does the environment ask for spans of this command's own run? `OTEL_TRACES_EXPORTER=otlp` does; so does an endpoint,
 * unless the exporter is `none`, or the command is `export --to otlp`: to say where a run goes is not to ask for more.
 * Loads nothing.
 */
export function asksForTelemetry(args: readonly string[], env: NodeJS.ProcessEnv): boolean {
  if (!RUNS.has(args[0] ?? '') || args.some((arg) => arg === '--help' || arg === '-h')) return false;
  if (said(env, 'OTEL_SDK_DISABLED')?.toLowerCase() === 'true') return false;
  const exporter = said(env, 'OTEL_TRACES_EXPORTER');
  if (exporter !== undefined) return exporter !== 'none';
  const endpoint = said(env, 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT') ?? said(env, 'OTEL_EXPORTER_OTLP_ENDPOINT');
  return endpoint !== undefined && !sendsRuns(args);
}

function sendsRuns(args: readonly string[]): boolean {
  return (
    args[0] === 'export' && args.some((arg, at) => arg === '--to=otlp' || (arg === 'otlp' && args[at - 1] === '--to'))
  );
}

function said(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const text = env[name]?.trim() ?? '';
  return text === '' ? undefined : text;
}
