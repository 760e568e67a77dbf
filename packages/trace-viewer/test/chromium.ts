import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

/** Where a Chromium may be: Debian's package, and what people have otherwise. */
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The Chromium of this machine, or `HEAPLAY_CHROMIUM`; undefined if there is none. */
export const chromiumPath: string | undefined = [process.env['HEAPLAY_CHROMIUM'] ?? '', ...PLACES].find(existsSync);

/** Starts it without a window. */
export function startChromium(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error('no Chromium: install Debian\'s package "chromium"');
  return chromium.launch({
    executablePath: chromiumPath,
    // In a container there is neither a sandbox to be had nor much of /dev/shm.
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--force-color-profile=srgb'],
  });
}
