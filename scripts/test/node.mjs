import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { REPOSITORY, succeeds } from './program.mjs';

const JEST = join(REPOSITORY, 'node_modules/jest/bin/jest.js');

/**
 * The public API on Node, on the real wasm with real worker threads, by Jest.
 *
 * @returns {Promise<import('../test.mjs').Counts>}
 */
export function testOnNode() {
  return testOn({ name: 'node', path: process.execPath, args: [] });
}

/**
 * The same on other versions of Node, on Deno and on Bun.
 *
 * @param {{ nodes: { engines: import('../setup/nodes.mjs').Engine[] } }} tools what `ensure` found
 * @returns {Promise<import('../test.mjs').Counts>}
 */
export async function testOnOtherNodes({ nodes }) {
  const total = { passed: 0, failed: 0 };
  for (const engine of nodes.engines) {
    const { passed, failed } = await testOn(engine);
    console.log(`${engine.name}: ${passed} ok, ${failed} not ok`);
    total.passed += passed;
    total.failed += failed;
  }
  return total;
}

/** @param {import('../setup/nodes.mjs').Engine} engine */
async function testOn({ name, path, args }) {
  const report = join(REPOSITORY, `test-results/${name}.json`);
  const passed = await succeeds(path, [...[...args, JEST, '--json', `--outputFile=${report}`]], {
    quiet: true,
    env: { NODE_OPTIONS: '--experimental-vm-modules --no-warnings' },
  });
  const results = JSON.parse(await readFile(report, 'utf8'));
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
  return { passed: results.numPassedTests, failed: passed ? failed : Math.max(failed, 1) };
}
