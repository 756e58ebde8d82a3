import puppeteer from 'puppeteer-core';

import { findProgram } from '../../scripts/setup/program.mjs';

/**
 * The system's Firefox over WebDriver BiDi, by Puppeteer: Playwright's own way to do that needs a
 * command that Firefox ESR does not have (emulation.setMediaFeaturesOverride).
 * @param {Record<string, unknown>} [preferences]
 * @returns {Promise<import('./engine.js').Engine>}
 */
export async function startFirefox(preferences) {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env.FIREFOX_PATH || (await findProgram('firefox-esr', 'firefox')),
    protocolTimeout: 0, // a spec has its own
    extraPrefsFirefox: preferences,
  });
  return {
    async open() {
      const context = await browser.createBrowserContext();
      const page = /** @type {any} */ (await context.newPage());
      return { page, close: () => context.close() };
    },
    close: () => browser.close(),
  };
}
