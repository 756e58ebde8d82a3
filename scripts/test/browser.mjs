import { testWithPlaywright } from './playwright.mjs';

/**
 * The packed package in Chromium.
 *
 * @param {{ chromium?: { path: string } }} tools what `ensure` found
 */
export function testInBrowser(tools) {
  return testWithPlaywright('browser', 'playwright.config.js', tools);
}
