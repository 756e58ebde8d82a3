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
 * @typedef {object} TestFixtures
 * @property {import('atelier-wasm').RuntimeMode} mode how calls reach workers in this run
 * @property {string} appUrl where the test app is, cross-origin isolated or not
 * @property {Page} app
 */

/**
 * @type {import('@playwright/test').Fixtures<
 *   TestFixtures, { engine: EngineName, started: Engine }, { page: Page }>}
 */
const fixtures = {
  mode: ['shared-memory', { option: true }],
  appUrl: ({ mode }, use) => {
    const { ATELIER_APP_URL, ATELIER_PLAIN_URL } = process.env;
    return use((mode === 'messages' ? ATELIER_PLAIN_URL : ATELIER_APP_URL) ?? '');
  },

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
  app: async ({ page, appUrl }, use) => {
    /** @type {string[]} */
    const reports = [];
    page.on('console', (message) => {
      if (/^(error|warn)/.test(message.type())) reports.push(message.text());
    });
    page.on('pageerror', (error) => reports.push(String(error)));
    await page.goto(appUrl);
    await page.waitForSelector('html[data-ready]', { state: 'attached' });
    await use(page);
    expect(reports).toEqual([]);
  },
};

export const test = base.extend(fixtures);
export { expect };
