import { plural } from '../../text/format.ts';
import { openServedTrace } from '../../view/node/open-served-trace.ts';
import { isLoopback } from '../../view/node/own-hosts.ts';
import type { ServedTrace } from '../../view/node/served-trace.ts';
import { ServeError, serveTraces } from '../../view/node/trace-server.ts';
import type { TraceServer } from '../../view/node/trace-server.ts';
import { traceNames } from '../../view/trace-names.ts';
import type { CommandContext } from '../context.ts';
import { EXIT, UsageError } from '../exit.ts';
import type { ExitCode } from '../exit.ts';
import { onInterrupt } from '../interrupt.ts';
import { checkStdin } from '../open-trace.ts';
import { colors } from '../terminal.ts';
import { openBrowser } from '../view/open-browser.ts';
import { pageToShow } from '../view/page-to-show.ts';

/** What the options of `heaplay view` say. */
export interface ViewOptions {
  readonly open: boolean;
  readonly live?: boolean;
  readonly start?: string;
  readonly port: number;
  readonly host: string;
  readonly unsafeExpose?: boolean;
  readonly json?: boolean;
}

/** A browser keeps at most six connections to one server, and each trace that is followed takes one. */
const MOST_LIVE = 4;

/** `heaplay view` */
export async function viewAction(
  paths: readonly string[],
  options: ViewOptions,
  { terminal }: CommandContext,
): Promise<ExitCode> {
  checkOptions(paths, options);
  const { json, host } = options;
  const say = (text: string): void => terminal.err(`heaplay: ${text}\n`);
  const page = await pageToShow();
  const traces = await openAll(paths, options, say);
  const server = await listen(page, traces, options, say);
  const interrupted = new Promise<void>((resolve) => {
    onInterrupt(resolve);
  });
  await terminal.out(json === true ? `${JSON.stringify({ url: server.url })}\n` : `${server.url}\n`);
  if (!isLoopback(host)) {
    say(
      `${colors.yellow('unsafe')}: other machines can reach ${host}; whoever has the address, or listens on the network, can read ${plural(paths.length, 'trace')}`,
    );
  }
  say(`serving ${plural(paths.length, 'trace')}; Ctrl-C ends it`);
  if (options.open) {
    void openBrowser(server.addressToOpen(), (why) =>
      say(`the browser could not be opened (${why}): open the address`),
    );
  }
  await interrupted;
  await server.close();
  return EXIT.interrupted;
}

function checkOptions(paths: readonly string[], { host, unsafeExpose, live }: ViewOptions): void {
  checkStdin(paths);
  if (!isLoopback(host) && unsafeExpose !== true) {
    throw new UsageError(
      `--host: found ${host}, which other machines can reach; expected a loopback address, as 127.0.0.1. Next: leave it out and forward the port, as in "ssh -L 8080:localhost:8080 HOST", or add --unsafe-expose`,
    );
  }
  if (live === true && paths.length > MOST_LIVE) {
    throw new UsageError(
      `--live: found ${paths.length} traces; expected at most ${MOST_LIVE}, as a browser keeps few connections to one server. Next: serve the others by another "heaplay view"`,
    );
  }
}

async function openAll(
  paths: readonly string[],
  { live = false }: ViewOptions,
  say: (text: string) => void,
): Promise<readonly ServedTrace[]> {
  const names = traceNames(paths.map((path) => (path === '-' ? 'stdin' : path)));
  const traces: ServedTrace[] = [];
  for (const [at, path] of paths.entries()) {
    const tell = (note: string): void => say(`${path}: ${note}`);
    traces.push(await openServedTrace(path, { name: names[at] ?? path, live, tell }));
  }
  return traces;
}

async function listen(
  page: string,
  traces: readonly ServedTrace[],
  { host, port, unsafeExpose, start }: ViewOptions,
  tell: (text: string) => void,
): Promise<TraceServer> {
  try {
    return await serveTraces({
      page,
      traces,
      host,
      port,
      exposed: unsafeExpose === true,
      tell,
      ...(start === undefined ? {} : { start }),
    });
  } catch (error) {
    if (!(error instanceof ServeError)) throw error;
    throw new UsageError(
      `--host ${host} --port ${port}: ${error.message}. Next: leave out --port, or give another one`,
      { cause: error },
    );
  }
}
