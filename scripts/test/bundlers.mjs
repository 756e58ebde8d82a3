import { testWithPlaywright } from './playwright.mjs';

/**
 * The packed package in an app of each bundler, in Chromium.
 *
 * @param {{ chromium?: { path: string } }} tools what `ensure` found
 */
export function testBundlers(tools) {
  return testWithPlaywright('bundlers', 'test-bundlers/playwright.config.js', tools);
}
