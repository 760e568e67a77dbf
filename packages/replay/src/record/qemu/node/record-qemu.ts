import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { ElfError, type ElfFile, readElf } from '../elf.ts';
import type { LaunchName, LaunchOptions } from '../launch-plan.ts';
import { layoutOf } from '../layouts.ts';
import { recordXen } from '../record-xen.ts';
import type { RecordingOptions, RecordingResult, RecordingSink } from '../recording.ts';
import { RecordingError } from '../remote-error.ts';
import { XenMemory } from '../xen-memory.ts';
import { GdbRemote, type RemoteAddress } from './gdb-remote.ts';
import { LaunchedMachine } from './launch.ts';

/** A machine that is there already: QEMU, stopped before its first instruction, with a gdbstub. */
export interface AttachedMachine {
  readonly host: string;
  readonly port: number;
  /** The file with the symbols of its Xen. */
  readonly symbols: string;
}

/** A machine that is to be started. */
export interface MachineToLaunch extends LaunchOptions {
  readonly name: LaunchName;
  /** Where scripts/fetch-xen.sh has put its files. */
  readonly folder: string;
}

/** What is to be recorded, and until when. */
export interface QemuRecordingOptions extends Omit<RecordingOptions, 'recorder' | 'gone'> {
  readonly machine: AttachedMachine | MachineToLaunch;
  /** Version of the program that records. */
  readonly version: string;
  /** Ends the recording when the console of a machine that we have started has this in it. */
  readonly until?: string;
  /** Ends the recording after so many seconds. */
  readonly seconds?: number;
}

/** Milliseconds between two looks at the console. */
const CONSOLE_LOOK = 200;
/** Milliseconds that a machine whose connection is closed gets to end. */
const LAST_BREATH = 1000;

/**
 * Records a Xen under QEMU from its first instruction on, until it is told to end, or the machine ends. Throws
 * {@link RecordingError} if this Xen cannot be recorded, `LaunchError` if it cannot be had as asked for, `RemoteError` if the
 * machine cannot be worked with any more: what was seen until then has reached the sink. A machine that we have started
 * ends with the recording; another one goes on without us.
 */
export async function recordQemu(options: QemuRecordingOptions, sink: RecordingSink): Promise<RecordingResult> {
  const { machine } = options;
  if ('port' in machine) return await attached(machine, options, sink, undefined);
  const launched = await LaunchedMachine.start(machine.name, machine.folder, machine);
  try {
    const { port, symbols } = launched;
    return await attached({ host: '127.0.0.1', port, symbols }, options, sink, launched);
  } finally {
    launched.close();
  }
}

async function attached(
  { host, port, symbols }: AttachedMachine,
  options: QemuRecordingOptions,
  sink: RecordingSink,
  launched: LaunchedMachine | undefined,
): Promise<RecordingResult> {
  const file = readSymbols(symbols);
  const layout = layoutOf(file, symbols);
  const remote = await connected({ host, port, timeout: options.timeout }, options.end, launched);
  const end = endOf(options, launched);
  try {
    const result = await recordXen(remote, new XenMemory(remote, file, layout), sink, {
      ...options,
      end: end.signal,
      recorder: { name: 'heaplay record qemu', version: options.version, source: layout.name },
      ...(launched === undefined ? {} : { gone: () => endingOf(launched) }),
    });
    if (launched === undefined && result.reason !== 'exited') await remote.detach();
    return result;
  } finally {
    end.forget();
    remote.close();
  }
}

async function connected(
  address: RemoteAddress,
  end: AbortSignal,
  launched: LaunchedMachine | undefined,
): Promise<GdbRemote> {
  if (launched === undefined) return await GdbRemote.connect(address, end);
  try {
    return await GdbRemote.connect(address, AbortSignal.any([end, launched.gone]));
  } catch (error) {
    if (launched.ended === undefined) throw error;
    throw new RecordingError(
      `QEMU has ended (${launched.ended}); expected that it waits for us. Next: see what it complains of`,
    );
  }
}

function readSymbols(path: string): ElfFile {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new RecordingError(`${path}: cannot be read (${why}); expected the symbols of a Xen. Next: ${WHERE}`);
  }
  try {
    return readElf(bytes);
  } catch (error) {
    if (!(error instanceof ElfError)) throw error;
    throw new RecordingError(`${path}: found ${error.message}; expected the symbols of a Xen. Next: ${WHERE}`);
  }
}

const WHERE = 'give the xen-syms of the -dbg package; scripts/fetch-xen.sh gets it';

/** A signal that is given when any of the reasons to end is there. */
function endOf(
  { end, until, seconds }: QemuRecordingOptions,
  launched: LaunchedMachine | undefined,
): { readonly signal: AbortSignal; readonly forget: () => void } {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  if (end.aborted) stop();
  end.addEventListener('abort', stop);
  const timer = seconds === undefined ? undefined : setTimeout(stop, seconds * 1000);
  const looking = setInterval(() => {
    if (until !== undefined && launched !== undefined && launched.console().includes(until)) stop();
  }, CONSOLE_LOOK);
  return {
    signal: controller.signal,
    forget: () => {
      end.removeEventListener('abort', stop);
      clearTimeout(timer);
      clearInterval(looking);
    },
  };
}

async function endingOf(launched: LaunchedMachine): Promise<string | undefined> {
  for (let waited = 0; waited < LAST_BREATH && launched.ended === undefined; waited += 50) await pause(50);
  return launched.ended;
}
