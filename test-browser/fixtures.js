import { expect, test as base } from '@playwright/test';

import { startChromium } from './engines/chromium.js';
import { startFirefox } from './engines/firefox.js';
import { startWebKit } from './engines/webkit.js';

/**
 * @typedef {import('@playwright/test').Page} Page
 * @typedef {import('./engines/engine.js').Engine} Engine
 */

const ENGINES = { chromium: startChromium, firefox: startFirefox, webkit: startWebKit };

/** @typedef {keyof typeof ENGINES} EngineName */

/**
 * @type {import('@playwright/test').Fixtures<
 *   { app: Page }, { engine: EngineName, started: Engine }, { page: Page }>}
 */
const fixtures = {
  engine: ['chromium', { option: true, scope: 'worker' }],

  started: [
    async ({ engine }, use) => {
      const started = await ENGINES[engine]();
      await use(started);
      await started.close();
    },
    { scope: 'worker' },
  ],

  page: async ({ started }, use) => {
    const { page, close } = await started.open();
    await use(page);
    await close();
  },

  /** The test app's page, ready. A test fails if the page reports an error or a warning. */
  app: async ({ page }, use) => {
    /** @type {string[]} */
    const reports = [];
    page.on('console', (message) => {
      if (/^(error|warn)/.test(message.type())) reports.push(message.text());
    });
    page.on('pageerror', (error) => reports.push(String(error)));
    await page.goto(process.env.ATELIER_APP_URL ?? '');
    await page.waitForSelector('html[data-ready]', { state: 'attached' });
    await use(page);
    expect(reports).toEqual([]);
  },
};

export const test = base.extend(fixtures);
export { expect };
