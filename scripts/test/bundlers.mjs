import { dirname, delimiter } from 'node:path';

import { testWithPlaywright } from './playwright.mjs';

const CONFIG = 'test-bundlers/playwright.config.js';

/**
 * The packed package in an app of each bundler, in Chromium.
 *
 * @param {{ chromium?: { path: string } }} tools what `ensure` found
 */
export function testBundlers(tools) {
  return testWithPlaywright('bundlers', CONFIG, tools, ['bundlers']);
}

/**
 * The packed package in apps of frameworks that render on a server, on the Node that they ask for.
 *
 * @param {Pick<import('../setup.mjs').Tools, 'chromium' | 'nodes'>} tools
 */
export function testFrameworks(tools) {
  const [{ path }] = tools.nodes.engines; // the oldest that they all take
  const PATH = [dirname(path), process.env.PATH].join(delimiter);
  return testWithPlaywright('frameworks', CONFIG, tools, ['frameworks'], { PATH });
}
