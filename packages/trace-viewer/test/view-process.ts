import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { watched } from './open-page.ts';
import type { OpenPage } from './open-page.ts';

/** The command as it is shipped; `pnpm build` makes it. */
export const heaplayPath: string = fileURLToPath(new URL('../../replay/bin/heaplay.js', import.meta.url));

/** A `heaplay view` that serves. */
export interface ViewProcess {
  readonly child: ChildProcess;
  readonly url: string;
}

/** Starts `heaplay view` with these arguments. */
export async function startView(...args: readonly string[]): Promise<ViewProcess> {
  const child = spawn(process.execPath, [heaplayPath, 'view', '--no-open', '--json', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [text] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, ...(JSON.parse(text.toString()) as { url: string }) };
}

/** Ends a process, and waits until it has. */
export async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGINT'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
}

/** Opens an address in a page of its own. */
export async function openAddress(browser: Browser, address: string): Promise<OpenPage> {
  const opened = await watched(browser);
  await opened.page.goto(address);
  return opened;
}
