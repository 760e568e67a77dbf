import { setImmediate as turn } from 'node:timers/promises';
import { suggestName } from '@heaplay/core';
import { hasFailed } from '../../diff/call-class.ts';
import { recordToFile } from '../../record/node/record-to-file.ts';
import { WORKLOADS, WORKLOAD_NAMES } from '../../record/workload/catalogue.ts';
import type { WorkloadName, WorkloadParameters } from '../../record/workload/catalogue.ts';
import { SEED_LIMIT } from '../../record/workload/random.ts';
import { WorkloadRun } from '../../record/workload/run-workload.ts';
import { WorkloadError } from '../../record/workload/workload-error.ts';
import { workloadParameters, workloadSetup } from '../../record/workload/workload-setup.ts';
import { count, plural } from '../../text/format.ts';
import type { RecordBatch } from '../../trace/batch.ts';
import { STDIO, writeTraceFile } from '../../trace/node/file.ts';
import { wantedSetup } from '../config-change.ts';
import type { ConfigOptions } from '../config-options.ts';
import type { CommandContext } from '../context.ts';
import { EXIT, UsageError } from '../exit.ts';
import type { ExitCode } from '../exit.ts';
import { onInterrupt } from '../interrupt.ts';
import { formatSize } from '../parse-size.ts';
import { colors } from '../terminal.ts';
import type { Terminal } from '../terminal.ts';
import { VERSION } from '../../version.ts';

/** What the options of `heaplay record workload` say. */
export interface RecordWorkloadOptions extends ConfigOptions {
  readonly list?: boolean;
  readonly seed: number;
  readonly events: number;
  readonly memory?: number;
  readonly nodes?: number;
  readonly domains?: number;
  readonly domainMemory?: number;
  readonly output: string;
}

const FLAGS: Readonly<Record<keyof WorkloadParameters, string>> = {
  memory: '--memory',
  nodes: '--nodes',
  domains: '--domains',
  domainMemory: '--domain-memory',
};

/** `heaplay record workload` */
export async function recordWorkloadAction(
  name: string | undefined,
  options: RecordWorkloadOptions,
  { terminal }: CommandContext,
): Promise<ExitCode> {
  if (options.list === true) {
    await terminal.out(listOf());
    return EXIT.ok;
  }
  const run = openRun(name, options);
  const recording = new Recording(run, options.events, terminal);
  const forget = onInterrupt(() => recording.interrupt());
  const begin = performance.now();
  try {
    await record(run, recording, options.output);
  } finally {
    forget();
    terminal.progress?.('');
  }
  const report = recording.report(options.output, (performance.now() - begin) / 1000);
  // Where the trace itself goes to stdout, what came of it goes to stderr.
  if (options.output === STDIO) terminal.err(report);
  else await terminal.out(report);
  return recording.interrupted ? EXIT.interrupted : EXIT.ok;
}

/** Writes the records as they are made: to a file that grows, or to whoever reads the standard output. */
async function record(run: WorkloadRun, recording: Recording, output: string): Promise<void> {
  const { header } = run.recorder;
  if (output === STDIO) return writeTraceFile(output, header, recording.batches());
  // A thousand records are soon made: without the clock the same seed makes the same bytes, compressed too.
  const file = await recordToFile(output, header, { timed: false });
  for await (const { records } of recording.batches()) {
    for (const made of records) file.next(made);
    if (file.failure !== null) break;
  }
  file.complete();
  await file.finished;
}

function openRun(name: string | undefined, options: RecordWorkloadOptions): WorkloadRun {
  const known = knownName(name);
  const { seed, events } = options;
  if (seed >= SEED_LIMIT) {
    throw new UsageError(`--seed: found ${seed}; expected an integer below 2^32. Next: give a smaller one`);
  }
  const parameters = parametersOf(known, options);
  const setup = wantedSetup(workloadSetup(known, parameters, options.mode), options);
  return new WorkloadRun({ name: known, seed, events, parameters, setup, version: VERSION });
}

function knownName(name: string | undefined): WorkloadName {
  const known = WORKLOAD_NAMES.find((each) => each === name);
  if (known !== undefined) return known;
  if (name === undefined) {
    throw new UsageError('record workload: found no name; expected that of a workload. Next: --list tells them');
  }
  throw new UsageError(
    `record workload: found "${name}"; expected the name of a workload. Next: ${suggestName(name, WORKLOAD_NAMES)}`,
  );
}

function parametersOf(name: WorkloadName, options: RecordWorkloadOptions): WorkloadParameters {
  const { memory, nodes, domains, domainMemory } = options;
  const wanted = Object.entries({ memory, nodes, domains, domainMemory }).filter(([, value]) => value !== undefined);
  try {
    return workloadParameters(name, Object.fromEntries(wanted) as Partial<WorkloadParameters>);
  } catch (error) {
    if (!(error instanceof WorkloadError)) throw error;
    throw new UsageError(`${name}: ${describeParameter(error)}`);
  }
}

function describeParameter({ parameter, found, range }: WorkloadError): string {
  const flag = FLAGS[parameter];
  const text = (value: number): string => valueText(parameter, value);
  if (range === null) return `${flag}: found ${text(found)}; this workload has no such parameter. Next: leave it out`;
  const [least, most] = range;
  return `${flag}: found ${text(found)}; expected ${text(least)} to ${text(most)}. Next: change it, or leave it out`;
}

function valueText(parameter: string, value: number): string {
  return parameter === 'memory' || parameter === 'domainMemory' ? formatSize(value) : String(value);
}

/** The records of a run on their way, and what is to be said of them. */
class Recording {
  interrupted = false;
  private records = 0;
  private failed = 0;
  private readonly run: WorkloadRun;
  private readonly events: number;
  private readonly terminal: Terminal;

  constructor(run: WorkloadRun, events: number, terminal: Terminal) {
    this.run = run;
    this.events = events;
    this.terminal = terminal;
  }

  interrupt(): void {
    this.interrupted = true;
  }

  /** The batches, with time between them for an interrupt, which ends them. */
  async *batches(): AsyncGenerator<RecordBatch> {
    for (const batch of this.run.batches()) {
      for (const made of batch.records) if ('result' in made && hasFailed(made.type, made.result)) this.failed++;
      this.records += batch.records.length;
      yield batch;
      this.terminal.progress?.(`recording: record ${count(this.records)} of ${plural(this.events, 'record')}`);
      await turn();
      if (this.interrupted) return;
    }
  }

  report(output: string, seconds: number): string {
    const { recorder, stopped } = this.run;
    const { source } = recorder.header.recorder;
    return [
      `${colors.bold(output === STDIO ? 'stdout' : output)}: ${plural(this.records, 'record')} in ${seconds.toFixed(3)} s, of ${source}`,
      ...(this.interrupted ? ['interrupted   the trace ends here, whole'] : []),
      `failed        ${count(this.failed)}`,
      `stopped       ${stopped === null ? 'no' : stopped.message}`,
      '',
    ].join('\n');
  }
}

function listOf(): string {
  const lines = WORKLOAD_NAMES.map((name) => {
    const { summary, question, defaults } = WORKLOADS[name];
    const values = Object.entries(FLAGS).flatMap(([key, flag]) => {
      const value = defaults[key as keyof WorkloadParameters];
      return value === null ? [] : [`${flag} ${valueText(key, value)}`];
    });
    return `${colors.bold(name)}\n  ${summary}\n  ${question}\n  ${colors.dim(values.join(' '))}\n`;
  });
  return lines.join('\n');
}
