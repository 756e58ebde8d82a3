#!/usr/bin/env node
import { mkdir } from 'node:fs/promises';

import { buildTypes, buildWasm } from './build.mjs';
import { ensure } from './setup.mjs';
import { testBundlers, testFrameworks } from './test/bundlers.mjs';
import { checkSources } from './test/checks.mjs';
import { testOnNode, testOnOtherNodes } from './test/node.mjs';
import { testInBrowser, testInOtherBrowsers } from './test/browser.mjs';
import { testNatively } from './test/native.mjs';

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 */

/** In the order of how soon they tell. Each prints what failed and returns what it counted. */
const SUITES = {
  checks: checkSources,
  native: testNatively,
  node: testOnNode,
  browser: testInBrowser,
  bundlers: testBundlers,
};

/** Those that are run when they are named: each needs more of the machine. */
const MORE = { nodes: testOnOtherNodes, engines: testInOtherBrowsers, frameworks: testFrameworks };

/** @type {{ [suite: string]: import('./setup.mjs').Part[] }} what each needs beside the package */
const NEEDS = {
  checks: ['native'],
  native: ['native'],
  node: ['chromium'], // Vitest's browser mode, in the guide to unit tests
  browser: ['chromium'],
  bundlers: ['chromium'],
  nodes: ['chromium', 'nodes'],
  engines: ['firefox', 'webkit'],
  frameworks: ['chromium', 'nodes'],
};

const ALL = { ...SUITES, ...MORE };

const USAGE = `Usage: npm test [-- suite …]

Gets ready what is missing, builds the package and runs the suites: ${Object.keys(SUITES).join(', ')};
and, if they are named, ${Object.keys(MORE).join(', ')}.`;

/** @param {string[]} names */
async function main(names) {
  const suites = names.length > 0 ? names : Object.keys(SUITES);
  if (!suites.every((name) => Object.hasOwn(ALL, name))) {
    console.error(USAGE);
    return 2;
  }
  const extra = new Set(suites.flatMap((name) => NEEDS[name] ?? []));
  const tools = /** @type {any} */ (await ensure(['npm', 'emscripten', ...extra]));
  await buildWasm(tools);
  await buildTypes();
  await mkdir(new URL('../test-results/', import.meta.url), { recursive: true });

  const total = { passed: 0, failed: 0 };
  for (const name of suites) {
    console.log(`\n── ${name} ──`);
    const startMs = performance.now();
    const { passed, failed } = await ALL[/** @type {keyof typeof ALL} */ (name)](tools);
    const seconds = ((performance.now() - startMs) / 1000).toFixed(0);
    console.log(`${name}: ${passed} ok, ${failed} not ok (${seconds} s)`);
    total.passed += passed;
    total.failed += failed;
  }
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  return total.failed > 0 || total.passed === 0 ? 1 : 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.log('\n0 passed, 1 failed');
  process.exitCode = 1;
}
