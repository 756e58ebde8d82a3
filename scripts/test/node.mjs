import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { REPOSITORY, succeeds } from './program.mjs';

/**
 * The public API on Node, on the real wasm with real worker threads, by Jest.
 *
 * @returns {Promise<import('../test.mjs').Counts>}
 */
export async function testOnNode() {
  const report = join(REPOSITORY, 'test-results/node.json');
  const jest = ['--no-install', 'jest', '--json', `--outputFile=${report}`];
  const passed = await succeeds('npx', jest, {
    quiet: true,
    env: { NODE_OPTIONS: '--experimental-vm-modules --no-warnings' },
  });
  const results = JSON.parse(await readFile(report, 'utf8'));
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
  return { passed: results.numPassedTests, failed: passed ? failed : Math.max(failed, 1) };
}
