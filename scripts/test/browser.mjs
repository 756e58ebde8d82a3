import { testWithPlaywright } from './playwright.mjs';

/**
 * The packed package in Chromium, on pages that are cross-origin isolated and on others.
 *
 * @param {Parameters<typeof testWithPlaywright>[2]} tools what `ensure` found
 */
export function testInBrowser(tools) {
  return testWithPlaywright('browser', 'playwright.config.js', tools, ['chromium', 'messages']);
}

/**
 * The same in Firefox and WebKit.
 *
 * @param {Parameters<typeof testWithPlaywright>[2]} tools what `ensure` found
 */
export function testInOtherBrowsers(tools) {
  return testWithPlaywright('engines', 'playwright.config.js', tools, [
    'firefox',
    'firefox-messages',
    'webkit',
    'webkit-messages',
  ]);
}
