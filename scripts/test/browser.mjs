import { testWithPlaywright } from './playwright.mjs';

/**
 * The packed package in Chromium, Firefox and WebKit.
 *
 * @param {Parameters<typeof testWithPlaywright>[2]} tools what `ensure` found
 */
export function testInBrowser(tools) {
  return testWithPlaywright('browser', 'playwright.config.js', tools);
}
