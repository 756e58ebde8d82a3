import { expect, test as base } from '@playwright/test';

/**
 * @typedef {import('@playwright/test').Page} Page
 * @typedef {import('@playwright/test').PlaywrightTestArgs} PlaywrightTestArgs
 */

/** @type {import('@playwright/test').Fixtures<{ app: Page }, {}, PlaywrightTestArgs>} */
const fixtures = {
  /** The test app's page, ready. A test fails if the page reports an error or a warning. */
  app: async ({ page }, use) => {
    /** @type {string[]} */
    const reports = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) reports.push(message.text());
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
