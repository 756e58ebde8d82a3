import { expect, test as base } from '@playwright/test';

/**
 * `app` is the test app's page, ready and with every call of the console watched: a test in whose
 * page something is reported fails, unless it said so by `expectReports`.
 * @type {import('@playwright/test').TestType<any, any>}
 */
export const test = base.extend({
  reports: async ({ page }, use) => {
    /** @type {string[]} */
    const reports = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) reports.push(message.text());
    });
    page.on('pageerror', (error) => reports.push(String(error)));
    await use(reports);
  },
  app: async ({ page, reports }, use) => {
    await page.goto(/** @type {string} */ (process.env.ATELIER_APP_URL));
    await page.waitForSelector('html[data-ready]', { state: 'attached' });
    await use(page);
    expect(reports).toEqual([]);
  },
});

export { expect };
