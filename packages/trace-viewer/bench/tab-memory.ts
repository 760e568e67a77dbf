import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';

/** Memory of a process, in MiB. */
export interface TabMemory {
  /** What is the process's own, resident or swapped: what Chromium's task manager calls its memory footprint. */
  readonly footprint: number;
  /** All that is resident, the program itself included, which all tabs share. */
  readonly resident: number;
}

/**
 * Memory of the renderer process of a browser's only page, script, worker and pictures included. Undefined where there
 * is no /proc.
 */
export async function tabMemory(browser: Browser): Promise<TabMemory | undefined> {
  const devtools = await browser.newBrowserCDPSession();
  const { processInfo } = await devtools.send('SystemInfo.getProcessInfo');
  await devtools.detach();
  const found = processInfo.filter(({ type }) => type === 'renderer').flatMap(({ id }) => memoryOf(id));
  // Chromium keeps another one ready, in which there is nothing yet.
  return found.toSorted((a, b) => b.footprint - a.footprint)[0];
}

function memoryOf(pid: number): readonly TabMemory[] {
  let status: string;
  try {
    status = readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return [];
  }
  const mebibytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) / 1024;
  return [{ footprint: mebibytes('RssAnon') + mebibytes('VmSwap'), resident: mebibytes('VmRSS') }];
}
