import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { corpusPath } from './built-page.ts';
import { chromiumPath, startChromium } from './chromium.ts';
import { openEmptyPage, openTraceInPage, waitForRecord } from './open-page.ts';

const X86 = corpusPath('recordings/x86-2g.4.17.heaplay.jsonl');
const NUMA = corpusPath('recordings/qemu-x86-1g-numa.4.17.heaplay.jsonl.gz');

/** Drops files onto the page, as somebody does who drags them out of a window of files. */
async function drop(page: Page, ...files: readonly string[]): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const data = { items: [], files: [...files], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await devtools.send('Input.dispatchDragEvent', { type, x: 400, y: 300, data });
  }
  await devtools.detach();
}

describe.skipIf(chromiumPath === undefined)('files that are dropped onto the page, in Chromium', () => {
  const folder = mkdtempSync(join(tmpdir(), 'heaplay-drop-'));
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  function put(name: string, bytes: string | Uint8Array): string {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  }

  it('[VIEW-DROP-1] ten drops: each is shown, and all are there', async () => {
    const { page, complaints } = await openEmptyPage(browser);
    for (let drops = 1; drops <= 10; drops++) {
      const path = put(`${drops}.heaplay.jsonl.gz`, readFileSync(NUMA));
      await drop(page, drops % 2 === 0 ? path : X86);
      const name = drops % 2 === 0 ? `${drops}.heaplay.jsonl.gz` : 'x86-2g.4.17.heaplay.jsonl';
      await page.getByRole('tabpanel').getByText(name).waitFor();
      await waitForRecord(page, drops % 2 === 0 ? 'of 5,636' : 'of 812');
      await page.locator('.loading').waitFor({ state: 'detached' });
    }
    expect(await page.getByRole('combobox', { name: 'Run', exact: true }).locator('option').count()).toBe(10);
    expect(complaints).toEqual([]);
  });

  it('[VIEW-DROP-2] the wrong ones: each is told why, and what was open stays', async () => {
    const { page, complaints } = await openTraceInPage(browser, X86, '#record=700');
    const picture = put(
      'picture.png',
      Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk', 'base64'),
    );
    const wrong: readonly (readonly [path: string, said: RegExp])[] = [
      [picture, /picture\.png: header, line 1: found bytes that are no UTF-8 text/],
      [put('empty.heaplay.jsonl', ''), /empty\.heaplay\.jsonl.*(empty|no bytes|nothing)/],
      [put('no-records.jsonl', readFileSync(X86, 'utf8').split('\n', 1)[0] + '\n{"type":"nonsense"}\n'), /"nonsense"/],
      [put('text.txt', 'a letter\n'), /text\.txt: header, line 1/],
    ];
    for (const [path, said] of wrong) {
      await drop(page, path);
      await page.getByRole('alert').filter({ hasText: said }).waitFor();
      await waitForRecord(page, 'record 700 of 812');
    }
    mkdirSync(join(folder, 'a folder'));
    await drop(page, join(folder, 'a folder'));
    await page
      .getByRole('alert')
      .filter({ hasText: 'a folder is a folder. Next: drop the traces that are in it' })
      .waitFor();
    await waitForRecord(page, 'record 700 of 812');
    expect(await page.getByRole('tabpanel').innerText()).toContain('x86-2g.4.17.heaplay.jsonl');
    expect(complaints).toEqual([]);
  });

  it('[VIEW-DROP-3] a good one among wrong ones is opened, and all that was wrong is told', async () => {
    const { page, complaints } = await openEmptyPage(browser);
    await drop(page, put('text.txt', 'a letter\n'), X86, put('empty', ''));
    await waitForRecord(page, 'record 812 of 812');
    const alert = page.getByRole('alert');
    await alert.filter({ hasText: 'text.txt' }).filter({ hasText: 'empty' }).waitFor();
    await drop(page, NUMA);
    await waitForRecord(page, 'record 5,636 of 5,636');
    expect(await alert.count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});
