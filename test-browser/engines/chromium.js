import { chromium } from '@playwright/test';

import { launchOptions } from '../chromium.js';

/** @returns {Promise<import('./engine.js').Engine>} the system's Chromium */
export async function startChromium() {
  const browser = await chromium.launch(await launchOptions());
  return {
    async open() {
      const context = await browser.newContext();
      return { page: await context.newPage(), close: () => context.close() };
    },
    close: () => browser.close(),
  };
}
