import { configurationSpans } from '../../otel/configuration-spans.ts';
import { runSpans } from '../../otel/run-spans.ts';
import { identifyOther, identifyRebased, identifyTrace } from '../../otel/trace-identity.ts';
import { traceSpans } from '../../otel/trace-pair-spans.ts';
import { sameSetup } from '../../rebase/reconfigure.ts';
import { nodeSha256 } from '../../trace/node/file.ts';
import { wantedSetup } from '../config-change.ts';
import type { ConfigOptions } from '../config-options.ts';
import { UsageError } from '../exit.ts';
import { loadSource } from '../open-timeline.ts';
import { checkStdin } from '../open-trace.ts';
import type { Terminal } from '../terminal.ts';
import type { ExportedRun } from './exported-run.ts';

/** What is to be exported. */
export interface RunChoice extends ConfigOptions {
  /** The recorded run beside the one under another configuration. */
  readonly withRecorded?: boolean;
}

/** The runs alone: how they are sampled is said elsewhere. */
export type ChosenRun = Pick<ExportedRun, 'name' | 'sides' | 'records' | 'walk'>;

/**
 * Reads what is to be exported: a trace, the same under another configuration, that with the recorded run beside it, or
 * two traces. Throws `UsageError` for what cannot go together.
 */
export async function chooseRun(
  path: string,
  other: string | undefined,
  options: RunChoice,
  terminal: Terminal,
): Promise<ChosenRun> {
  checkStdin([path, other]);
  if (other !== undefined) return chooseTwo(path, other, options, terminal);
  const source = await loadSource(path, terminal);
  const from = source.header;
  const to = wantedSetup(from, options);
  const recorded = identifyTrace(source, nodeSha256);
  const identity = identifyRebased(recorded, { from, to }, nodeSha256);
  const common = { name: source.name, records: source.table.length };
  if (options.withRecorded !== true) {
    return { ...common, sides: [{ setup: to, identity }], walk: (told) => runSpans(source, identity, { ...told, to }) };
  }
  if (sameSetup(from, to)) {
    throw new UsageError(
      'export --with-recorded: nothing to set beside it: the configuration is the recorded one. Next: leave it out, or give another --mode, --xen, --set or --config',
    );
  }
  return {
    ...common,
    sides: [
      { setup: from, identity: recorded },
      { setup: to, identity },
    ],
    walk: (told) => configurationSpans(source, to, { a: recorded, b: identity }, told),
  };
}

async function chooseTwo(path: string, other: string, options: RunChoice, terminal: Terminal): Promise<ChosenRun> {
  if (options.withRecorded === true) {
    throw new UsageError('export --with-recorded: two traces are both recorded. Next: leave it out');
  }
  const a = await loadSource(path, terminal);
  if (!sameSetup(a.header, wantedSetup(a.header, options))) {
    throw new UsageError(
      'export: two traces are exported under their own configurations. Next: leave out --mode, --xen, --set and --config',
    );
  }
  const b = await loadSource(other, terminal);
  const inA = identifyTrace(a, nodeSha256);
  const own = identifyTrace(b, nodeSha256);
  // A trace beside itself: no two spans may have one id.
  const inB = Buffer.compare(inA.seed, own.seed) === 0 ? identifyOther(own, nodeSha256) : own;
  return {
    name: a.name,
    records: Math.max(a.table.length, b.table.length),
    sides: [
      { setup: a.header, identity: inA },
      { setup: b.header, identity: inB },
    ],
    walk: (told) => traceSpans({ a, b }, { a: inA, b: inB }, told),
  };
}
