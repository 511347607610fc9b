// Debian's Chromium, driven by playwright-core.
import { existsSync } from 'node:fs';
import { skip } from './suite.mjs';

/** body(browser); skips the test where no Chromium is installed. */
export async function withChromium(body) {
  const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path));
  if (!executablePath) skip('chromium is not installed');
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    return await body(browser);
  } finally {
    await browser.close();
  }
}
