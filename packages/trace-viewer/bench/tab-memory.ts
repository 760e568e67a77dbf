import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';

/** Resident memory of a process, in MiB. */
export interface TabMemory {
  readonly now: number;
  /** The most it has been. */
  readonly most: number;
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
  return found.toSorted((a, b) => b.now - a.now)[0];
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
  return [{ now: mebibytes('VmRSS'), most: mebibytes('VmHWM') }];
}
