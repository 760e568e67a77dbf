import type { Browser, Page } from 'playwright-core';
import { pageUrl } from './built-page.ts';

/** A page in a browser, and everything that it complained about: nothing, if all is well. */
export interface OpenPage {
  readonly page: Page;
  readonly complaints: string[];
}

/** Opens the page from disk, in a context of its own, and gives it a trace as somebody would who chooses a file. */
export async function openTraceInPage(browser: Browser, trace: string, fragment = '', ratio = 1): Promise<OpenPage> {
  const opened = await openEmptyPage(browser, fragment, ratio);
  await opened.page.getByLabel('Choose traces').setInputFiles(trace);
  await opened.page.getByRole('main').and(opened.page.locator('.workspace')).waitFor();
  await opened.page.locator('.loading').waitFor({ state: 'detached' });
  return opened;
}

/** Opens the page from disk without a trace. */
export async function openEmptyPage(browser: Browser, fragment = '', ratio = 1): Promise<OpenPage> {
  const opened = await watched(browser, ratio);
  await opened.page.goto(`${pageUrl}${fragment}`);
  return opened;
}

/** A page of its own, with nothing in it yet, that is listened to; on a screen with so many pixels in a CSS pixel. */
export async function watched(browser: Browser, ratio = 1): Promise<OpenPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, deviceScaleFactor: ratio });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return { page, complaints };
}

/** Waits until the line at the top says so. */
export async function waitForRecord(page: Page, text: string): Promise<void> {
  await page.getByRole('status', { name: 'Record', exact: true }).filter({ hasText: text }).waitFor();
}

/** Lets the step be over that was made last: what follows at once, and changes the same thing, belongs to it. */
export function stepEnds(page: Page): Promise<void> {
  return page.waitForTimeout(500);
}
