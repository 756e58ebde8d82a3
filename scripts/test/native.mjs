import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { REPOSITORY, succeeds } from './program.mjs';

/** Presets of CMakePresets.json, with what tells their sanitizers that a report is a failure. */
const BUILDS = {
  native: {},
  asan: { ASAN_OPTIONS: 'detect_leaks=1:halt_on_error=1' },
  tsan: { TSAN_OPTIONS: 'halt_on_error=1' },
};

/**
 * The C++ core's tests: plain, under AddressSanitizer, and under ThreadSanitizer.
 *
 * @returns {Promise<import('../test.mjs').Counts>}
 */
export async function testNatively() {
  const counts = { passed: 0, failed: 0 };
  for (const [preset, env] of Object.entries(BUILDS)) {
    const build = join('build', preset);
    const built =
      (await succeeds('cmake', ['--preset', preset], { quiet: true })) &&
      (await succeeds('cmake', ['--build', build], { quiet: true }));
    const report = join(REPOSITORY, build, 'tests.json');
    const passed =
      built &&
      (await succeeds(join(build, 'cpp/atelier_tests'), [`--gtest_output=json:${report}`], {
        env,
        quiet: true,
      }));
    console.log(`${passed ? '✓' : '✗'} ${preset}`);
    const { tests, failures } = built
      ? JSON.parse(await readFile(report, 'utf8'))
      : { tests: 0, failures: 0 };
    counts.passed += tests - failures;
    // A sanitizer's report ends the program: then what it wrote before says nothing.
    counts.failed += passed ? 0 : Math.max(failures, 1);
  }
  return counts;
}
