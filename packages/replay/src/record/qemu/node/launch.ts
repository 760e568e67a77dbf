import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { LAUNCH_FILES, type LaunchName, type LaunchOptions, launchPlan, waiting } from '../launch-plan.ts';
import { RecordingError } from '../remote-error.ts';

/** Where scripts/fetch-xen.sh puts what is booted, unless told otherwise. */
export function xenFolder(): string {
  const cache = process.env['XDG_CACHE_HOME'];
  return join(cache === undefined || cache === '' ? join(homedir(), '.cache') : cache, 'heaplay', 'xen');
}

/** What is missing for a machine to be started: programs and files. */
export function missingFor(name: LaunchName, folder: string): string[] {
  const { program } = launchPlan(name, folder);
  const files = LAUNCH_FILES.map((file) => join(folder, name, file)).filter((path) => !existsSync(path));
  return isInstalled(program) ? files : [program, ...files];
}

function isInstalled(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}

/** A QEMU that we have started, which waits for a debugger. */
export class LaunchedMachine {
  readonly port: number;
  readonly symbols: string;
  private readonly child: ChildProcess;
  private readonly scratch: string;
  private readonly log: string;
  private consoleText = '';
  private consoleBytes = 0;
  private said = '';
  private readonly over = new AbortController();
  private readonly onExit = (): void => this.kill();

  private constructor(child: ChildProcess, port: number, symbols: string, scratch: string, log: string) {
    this.child = child;
    this.port = port;
    this.symbols = symbols;
    this.scratch = scratch;
    this.log = log;
    child.stderr?.on('data', (text) => {
      this.said = `${this.said}${String(text)}`.slice(-2000);
    });
    child.once('exit', () => this.over.abort());
    process.once('exit', this.onExit);
  }

  /** Starts a machine with the files of a folder. Throws {@link RecordingError} that says what is missing, and `LaunchError`. */
  static async start(name: LaunchName, folder: string, options: LaunchOptions): Promise<LaunchedMachine> {
    const files = join(folder, name);
    const plan = launchPlan(name, files, options);
    const missing = missingFor(name, folder);
    if (missing.length > 0) {
      throw new RecordingError(
        `--launch ${name}: missing: ${missing.join(', ')}; expected QEMU (Debian: qemu-system-x86, qemu-system-arm) and the files of Xen. Next: scripts/fetch-xen.sh ${name}`,
      );
    }
    const port = await freePort();
    const scratch = mkdtempSync(join(tmpdir(), 'heaplay-qemu-'));
    const log = join(scratch, 'console');
    const child = spawn(plan.program, [...plan.arguments, ...waiting(port, log)], {
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    });
    const machine = new LaunchedMachine(child, port, join(files, 'xen-syms'), scratch, log);
    try {
      await once(child, 'spawn');
    } catch (error) {
      machine.close();
      const why = error instanceof Error ? error.message : String(error);
      throw new RecordingError(
        `--launch ${name}: ${plan.program} does not start (${why}). Next: see that it is installed`,
      );
    }
    return machine;
  }

  /** Given when it has ended. */
  get gone(): AbortSignal {
    return this.over.signal;
  }

  /** How it ended, once it has, and what it complained of. */
  get ended(): string | undefined {
    const { exitCode, signalCode } = this.child;
    if (signalCode === null && exitCode === null) return undefined;
    const how = signalCode === null ? `exit code ${exitCode}` : `signal ${signalCode}`;
    const said = this.said.trim();
    return said === '' ? how : `${how}: ${said}`;
  }

  /** What the machine has printed on its console so far. */
  console(): string {
    let file: number;
    try {
      file = openSync(this.log, 'r');
    } catch {
      return this.consoleText;
    }
    try {
      const piece = Buffer.alloc(65_536);
      for (;;) {
        const count = readSync(file, piece, 0, piece.length, this.consoleBytes);
        if (count === 0) return this.consoleText;
        this.consoleBytes += count;
        this.consoleText += piece.toString('latin1', 0, count);
      }
    } finally {
      closeSync(file);
    }
  }

  /** Ends the machine, if it has not ended, and takes away what it left. */
  close(): void {
    process.removeListener('exit', this.onExit);
    this.kill();
  }

  private kill(): void {
    this.child.kill('SIGKILL');
    rmSync(this.scratch, { recursive: true, force: true });
  }
}

/** A port of the loopback that nobody listens on now. */
async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new RecordingError('found no free port on the loopback');
  return address.port;
}
