import { type RecordingFile, recordToFile } from '../../record/node/record-to-file.ts';
import type { LaunchName } from '../../record/qemu/launch-plan.ts';
import { LaunchError } from '../../record/qemu/launch-plan.ts';
import { xenFolder } from '../../record/qemu/node/launch.ts';
import { type QemuRecordingOptions, recordQemu } from '../../record/qemu/node/record-qemu.ts';
import type { RecordingProgress, RecordingResult, RecordingSink } from '../../record/qemu/recording.ts';
import { RecordingError, RemoteError } from '../../record/qemu/remote-error.ts';
import type { FunctionSet } from '../../record/qemu/watched-function.ts';
import { TraceStream } from '../../record/trace-stream.ts';
import { count, pages, plural } from '../../text/format.ts';
import { STDIO, nodeSha256 } from '../../trace/node/file.ts';
import { instantPacker } from '../../trace/pack-at-once.ts';
import type { TraceRecord } from '../../trace/trace-record.ts';
import type { CommandContext } from '../context.ts';
import { BadFile, EXIT, UsageError } from '../exit.ts';
import type { ExitCode } from '../exit.ts';
import { onInterrupt } from '../interrupt.ts';
import { colors } from '../terminal.ts';
import type { Terminal } from '../terminal.ts';
import { VERSION } from '../../version.ts';

/** What the options of `heaplay record qemu` say. */
export interface RecordQemuOptions {
  readonly gdb?: string;
  readonly symbols?: string;
  readonly launch?: LaunchName;
  readonly functions: FunctionSet;
  readonly memory?: number;
  readonly numa?: number;
  readonly xenOptions?: string;
  readonly dom0Options?: string;
  readonly folder?: string;
  readonly until?: string;
  readonly seconds?: number;
  readonly calls?: number;
  readonly timeout: number;
  readonly output: string;
}

/** What the init of scripts/fetch-xen.sh says when it has done its work. */
const DOM0_IS_UP = 'heaplay: dom0 is up';

/** `heaplay record qemu` */
export async function recordQemuAction(options: RecordQemuOptions, { terminal }: CommandContext): Promise<ExitCode> {
  const machine = machineOf(options);
  const end = new AbortController();
  const forget = onInterrupt(() => end.abort());
  const output = new Output(options.output, terminal);
  const begin = performance.now();
  const seconds = (): number => (performance.now() - begin) / 1000;
  let result: RecordingResult;
  try {
    result = await recordQemu(
      {
        machine,
        version: VERSION,
        functions: options.functions,
        end: end.signal,
        timeout: options.timeout * 1000,
        progress: (progress) => terminal.progress?.(progressLine(progress, seconds())),
        ...(options.seconds === undefined ? {} : { seconds: options.seconds }),
        ...(options.calls === undefined ? {} : { calls: options.calls }),
        ...untilOf(options),
      },
      output,
    );
  } catch (error) {
    await output.end();
    throw asCommandError(error, output);
  } finally {
    forget();
    terminal.progress?.('');
  }
  await output.end();
  // Data goes to stdout, what came of it to stderr.
  terminal.err(report(result, options.output, output.records, seconds()));
  if (output.records === 0) return EXIT.input;
  return end.signal.aborted ? EXIT.interrupted : EXIT.ok;
}

function machineOf(options: RecordQemuOptions): QemuRecordingOptions['machine'] {
  const { gdb, symbols, launch, memory, numa, xenOptions, dom0Options } = options;
  if (launch !== undefined) {
    if (gdb !== undefined || symbols !== undefined) {
      throw new UsageError('record qemu: found --launch and --gdb or --symbols; expected one way. Next: leave one out');
    }
    return {
      name: launch,
      folder: options.folder ?? xenFolder(),
      ...(memory === undefined ? {} : { memory }),
      ...(numa === undefined ? {} : { nodes: numa }),
      ...(xenOptions === undefined ? {} : { xenOptions }),
      ...(dom0Options === undefined ? {} : { dom0Options }),
    };
  }
  if (gdb === undefined || symbols === undefined) {
    throw new UsageError(
      'record qemu: expected --launch MACHINE, or --gdb HOST:PORT and --symbols FILE. Next: --help has examples',
    );
  }
  const only = Object.entries({ memory, numa, xenOptions, dom0Options, until: options.until, folder: options.folder });
  const given = only.find(([, value]) => value !== undefined);
  if (given !== undefined) {
    const flag = given[0].replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new UsageError(`record qemu: found --${flag}, which is for --launch. Next: leave it out`);
  }
  const [, host = '', digits = ''] = /^(.*):(\d+)$/.exec(gdb) ?? [];
  const port = Number(digits);
  if (digits === '' || port < 1 || port > 65_535) {
    throw new UsageError(`--gdb: found "${gdb}"; expected HOST:PORT. Next: write it as in --gdb localhost:1234`);
  }
  return { host: host === '' ? 'localhost' : host, port, symbols };
}

function untilOf({ launch, until, seconds, calls }: RecordQemuOptions): { readonly until?: string } {
  if (until !== undefined) return { until };
  return launch === undefined || seconds !== undefined || calls !== undefined ? {} : { until: DOM0_IS_UP };
}

function asCommandError(error: unknown, { records }: Output): unknown {
  if (error instanceof LaunchError) return new UsageError(error.message);
  if (error instanceof RecordingError || error instanceof RemoteError) {
    const saved =
      records === 0 ? 'nothing was recorded' : `the trace is whole up to there: ${plural(records, 'record')}`;
    return new BadFile(`${error.message} (${saved})`);
  }
  return error;
}

function progressLine({ calls, freePages }: RecordingProgress, seconds: number): string {
  const rate = Math.round(calls / Math.max(seconds, 1e-3));
  return `recording: ${plural(calls, 'call')}, ${count(rate)} a second, ${pages(freePages)} free`;
}

function report(result: RecordingResult, path: string, records: number, seconds: number): string {
  const why = {
    asked: 'as it was asked to',
    calls: 'with as many calls as were wanted',
    died: `with Xen, in ${result.exit ?? ''}`,
    exited: `with the machine (${result.exit ?? 'it is gone'})`,
  };
  return [
    `${colors.bold(path === STDIO ? 'stdout' : path)}: ${plural(records, 'record')}, ${plural(result.calls, 'call')} in ${seconds.toFixed(1)} s`,
    `ended         ${why[result.reason]}`,
    `free          ${pages(result.freePages)}`,
    `free lists    ${result.walked ? 'walked at the end' : 'not seen at the end'}`,
    ...(result.abandoned === 0 ? [] : [`not returned  ${plural(result.abandoned, 'call')}, which the trace lacks`]),
    '',
  ].join('\n');
}

/** Where a recording goes: a file that grows, or the standard output. */
class Output implements RecordingSink {
  records = 0;
  private readonly path: string;
  private readonly terminal: Terminal;
  private target: RecordingFile | TraceStream | undefined;
  private written: Promise<void> = Promise.resolve();

  constructor(path: string, terminal: Terminal) {
    this.path = path;
    this.terminal = terminal;
  }

  readonly begin: RecordingSink['begin'] = async (header) => {
    if (this.path !== STDIO) {
      this.target = await recordToFile(this.path, header);
      return;
    }
    const text = new TextDecoder();
    const pass = (bytes: Uint8Array): void => {
      this.written = this.terminal.out(text.decode(bytes));
    };
    this.target = new TraceStream(header, pass, {
      packer: await instantPacker('none'),
      sha256: nodeSha256,
      timed: true,
    });
  };

  readonly write = (record: TraceRecord): void => {
    this.target?.next(record);
    this.records += 1;
    if (this.target !== undefined && 'failure' in this.target && this.target.failure !== null)
      throw this.target.failure;
  };

  /** Ends the trace with its footer. */
  async end(): Promise<void> {
    this.target?.complete();
    await this.written;
  }
}
