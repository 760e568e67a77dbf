import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadTraceFile, recordToFile } from '@heaplay/replay/node';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { corpusPath } from './built-page.ts';
import { chromiumPath, startChromium } from './chromium.ts';
import { waitForRecord } from './open-page.ts';
import { end, openAddress, startView } from './view-process.ts';
import type { ViewProcess } from './view-process.ts';

const X86 = corpusPath('recordings/x86-2g.4.17.heaplay.jsonl');
const NUMA = corpusPath('recordings/qemu-x86-1g-numa.4.17.heaplay.jsonl.gz');

describe.skipIf(chromiumPath === undefined)('what heaplay view gives to the page, in Chromium', () => {
  const folder = mkdtempSync(join(tmpdir(), 'heaplay-page-'));
  const started: ViewProcess[] = [];
  let browser: Browser;

  async function view(...args: readonly string[]): Promise<ViewProcess> {
    const process = await startView(...args);
    started.push(process);
    return process;
  }

  beforeAll(async () => {
    browser = await startChromium();
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await Promise.all(started.splice(0).map(({ child }) => end(child)));
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  it('[VIEW-COMMAND-1] view: two traces, the one that the address asks for, and no complaints', async () => {
    const { url } = await view(X86, NUMA, '--start', 'record=700&run=1');
    const { page, complaints } = await openAddress(browser, url);
    await waitForRecord(page, 'record 700 of 5,636');
    await page.getByRole('combobox', { name: 'Run', exact: true }).selectOption({ label: 'x86-2g.4.17.heaplay.jsonl' });
    await waitForRecord(page, 'record 700 of 812');
    expect(await page.evaluate(() => globalThis.crossOriginIsolated)).toBe(true);
    expect(complaints).toEqual([]);
  });

  it('[VIEW-COMMAND-2] a trace that is damaged behind its header: where, and what comes before is shown', async () => {
    const lines = readFileSync(X86, 'utf8').split('\n');
    lines[301] = '{"type":"no_such_call"}';
    const damaged = join(folder, 'damaged.heaplay.jsonl');
    writeFileSync(damaged, lines.join('\n'));
    const { url } = await view(damaged);
    const { page, complaints } = await openAddress(browser, url);
    const warning = page.getByText('record 301, line 302, field "type": found "no_such_call"');
    await warning.waitFor();
    await waitForRecord(page, 'record 300 of 300');
    expect(complaints).toEqual([]);
  });

  it('[VIEW-COMMAND-3] a trace whose gzip breaks off shows what could be read, with a warning', async () => {
    const cut = join(folder, 'cut.heaplay.jsonl.gz');
    writeFileSync(cut, readFileSync(NUMA).subarray(0, 50_000));
    const { url } = await view(cut);
    const { page, complaints } = await openAddress(browser, url);
    const warning = page.getByText('cut inside its gzip stream');
    await warning.waitFor();
    const [, records = ''] = /; (\d+) records were read/.exec(await warning.innerText()) ?? [];
    expect(Number(records)).toBeGreaterThan(1000);
    await waitForRecord(
      page,
      `record ${Number(records).toLocaleString('en')} of ${Number(records).toLocaleString('en')}`,
    );
    expect(complaints).toEqual([]);
  });

  it.each(['gz', 'zst'])('[VIEW-COMMAND-4] --live: a %s recording is followed until its footer', async (form) => {
    const { header, table } = await loadTraceFile(X86);
    const records = [...table.records()];
    const path = join(folder, `live.heaplay.jsonl.${form}`);
    const file = await recordToFile(path, header);
    const record = (from: number, to: number): void => {
      for (const each of records.slice(from, to)) file.next(each);
      file.flush();
    };
    record(0, 100);
    const { url } = await view(path, '--live');
    const { page, complaints } = await openAddress(browser, url);
    await waitForRecord(page, 'record 100 of 100');
    const badge = page.getByRole('button', { name: /^Live/ });
    expect(await badge.innerText()).toMatch(/Live\s+following/);
    // One record, and nothing behind it, is seen as well.
    record(100, 101);
    await waitForRecord(page, 'record 101 of 101');
    record(101, 400);
    await waitForRecord(page, 'record 400 of 400');
    await badge.click();
    expect(await badge.innerText()).toMatch(/Live\s+paused/);
    record(400, 500);
    await waitForRecord(page, 'record 400 of 500');
    await page.getByLabel('100 records came since').waitFor();
    await badge.click();
    await waitForRecord(page, 'record 500 of 500');
    record(500, records.length);
    await waitForRecord(page, 'record 812 of 812');
    expect(await page.getByText('recording over').count()).toBe(0);
    file.complete();
    await file.finished;
    await page.getByText('recording over').waitFor();
    await waitForRecord(page, 'record 812 of 812');
    expect(await page.locator('.notice').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('[VIEW-COMMAND-5] --live: a person may stop it, and a file that is replaced is told', async () => {
    const lines = readFileSync(X86, 'utf8').split('\n');
    const start = (name: string): string => {
      writeFileSync(join(folder, name), `${lines.slice(0, 51).join('\n')}\n`);
      return join(folder, name);
    };
    const stopped = start('stopped.heaplay.jsonl');
    const replaced = start('replaced.heaplay.jsonl');
    const { url } = await view(stopped, replaced, '--live');
    const { page, complaints } = await openAddress(browser, url);
    await waitForRecord(page, 'record 50 of 50');
    const choice = page.getByRole('combobox', { name: 'Run', exact: true });
    await choice.waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('recording over').waitFor();
    await page.getByText('reading was stopped here').waitFor();
    await choice.selectOption('1');
    await page.getByRole('button', { name: /^Live/ }).waitFor();
    rmSync(replaced);
    writeFileSync(replaced, 'something else');
    await page.getByText(/replaced\.heaplay\.jsonl: (another file has taken its place|the file was deleted)/).waitFor();
    await waitForRecord(page, 'record 50 of 50');
    expect(complaints).toEqual([]);
  });

  it('[VIEW-COMMAND-6] a server that goes away in the middle: a clear warning, and what was read stays', async () => {
    const growing = join(folder, 'growing.heaplay.jsonl');
    writeFileSync(growing, `${readFileSync(X86, 'utf8').split('\n').slice(0, 51).join('\n')}\n`);
    const { url, child } = await view(growing, '--live');
    const { page } = await openAddress(browser, url);
    await waitForRecord(page, 'record 50 of 50');
    await end(child, 'SIGKILL');
    const warning = page.locator('.notice.warning');
    await warning.waitFor();
    expect(await warning.innerText()).toContain(
      'growing.heaplay.jsonl: the connection to "heaplay view" is lost. Next: start it again',
    );
    await page.getByRole('textbox', { name: 'Record number' }).fill('20');
    await page.keyboard.press('Enter');
    await waitForRecord(page, 'record 20 of 50');
  });

  it('[VIEW-COMMAND-7] a server that has lost a file: its name, and what to do', async () => {
    const gone = join(folder, 'gone.heaplay.jsonl');
    writeFileSync(gone, readFileSync(X86));
    const { url } = await view(gone, NUMA);
    rmSync(gone);
    const { page } = await openAddress(browser, url);
    const error = page.locator('.notice.error');
    await error.waitFor();
    expect(await error.innerText()).toContain('gone.heaplay.jsonl could not be fetched: the server answered 404');
    await waitForRecord(page, 'record 5,636 of 5,636');
  });
});
