import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { corpusPath } from './built-page.ts';
import { chromiumPath, startChromium } from './chromium.ts';
import { waitForRecord } from './open-page.ts';
import { heaplayPath, openAddress } from './view-process.ts';

const X86 = corpusPath('recordings/x86-2g.4.17.heaplay.jsonl');
const NUMA = corpusPath('recordings/qemu-x86-1g-numa.4.17.heaplay.jsonl.gz');

/** Puts a script that is not the page's own into it, and gives the title behind that: the script would change it. */
function titleBehindForeignScript(page: Page): Promise<string> {
  return page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = "document.title = 'owned'";
    document.head.append(script);
    return document.title;
  });
}

describe.skipIf(chromiumPath === undefined)('what heaplay report writes, opened from disk in Chromium', () => {
  const folder = mkdtempSync(join(tmpdir(), 'heaplay-page-'));
  let browser: Browser;

  function report(...args: readonly string[]): Buffer {
    return execFileSync(process.execPath, [heaplayPath, 'report', ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  }

  beforeAll(async () => {
    browser = await startChromium();
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  it('[VIEW-REPORT-5] several traces: where it was told to, and another place if the address says so', async () => {
    const path = join(folder, 'report.html');
    report(X86, NUMA, '-o', path, '--start', 'record=7');
    const address = pathToFileURL(path).href;
    const first = await openAddress(browser, address);
    await waitForRecord(first.page, 'record 7 of 812');
    await first.page.getByRole('combobox', { name: 'Run', exact: true }).selectOption('1');
    await waitForRecord(first.page, 'record 7 of 5,636');
    expect(first.complaints).toEqual([]);
    const second = await openAddress(browser, `${address}#record=9`);
    await waitForRecord(second.page, 'record 9 of 812');
    expect(second.complaints).toEqual([]);
  });

  it("[VIEW-REPORT-6] a name that is markup stays a name, and no script but the page's own runs", async () => {
    // A name of a file may hold all of this, but no slash.
    const name = `"><img src=x onerror=alert(1)><script>document.title='owned'<!-- 'it' & so.heaplay.jsonl`;
    const trace = join(folder, name);
    copyFileSync(X86, trace);
    const path = join(folder, 'markup.html');
    writeFileSync(path, report(trace, '-o', '-'));
    const asked: string[] = [];
    const { page, complaints } = await openAddress(browser, 'about:blank');
    page.on('request', (request) => asked.push(request.url()));
    page.on('dialog', (dialog) => asked.push(dialog.message()));
    await page.goto(pathToFileURL(path).href);
    await waitForRecord(page, 'record 812 of 812');
    expect(await page.locator('.run-name').innerText()).toBe(name);
    expect(await page.title()).not.toBe('owned');
    expect(asked.filter((url) => !url.startsWith('blob:') && !url.startsWith('data:'))).toEqual([
      pathToFileURL(path).href,
    ]);
    expect(complaints).toEqual([]);
    expect(await titleBehindForeignScript(page)).not.toBe('owned');
    expect(complaints.join()).toContain('Content Security Policy');
  });

  it('[VIEW-REPORT-7] a damaged trace: what comes before is shown, with a warning that says where it is', async () => {
    const lines = readFileSync(X86, 'utf8').split('\n');
    lines[301] = '{"type":"no_such_call"}';
    const damaged = join(folder, 'damaged.heaplay.jsonl');
    writeFileSync(damaged, lines.join('\n'));
    const path = join(folder, 'damaged.html');
    expect(() => report(damaged, '-o', path)).toThrow(expect.objectContaining({ status: 3 }));
    const { page, complaints } = await openAddress(browser, pathToFileURL(path).href);
    await page.getByText('record 301, line 302, field "type": found "no_such_call"').waitFor();
    await waitForRecord(page, 'record 300 of 300');
    expect(complaints).toEqual([]);
  });
});
