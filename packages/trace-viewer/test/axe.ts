import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import type { run } from 'axe-core';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds wrong with a page, or with a part of it, a line each. */
export async function violations(page: Page, within = 'html'): Promise<readonly string[]> {
  // Through the protocol, not as an element of the page: its policy forbids that, as it should.
  await page.evaluate(AXE);
  return page.evaluate(async (selector) => {
    const { axe } = globalThis as unknown as { readonly axe: { readonly run: typeof run } };
    const found = await axe.run(selector, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] });
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
  }, within);
}
