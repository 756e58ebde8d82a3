import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { REPOSITORY, succeeds } from './program.mjs';

/** Presets of CMakePresets.json, with what tells their sanitizers that a report is a failure. */
const BUILDS = {
  native: {},
  asan: {
    ASAN_OPTIONS: 'detect_leaks=1:halt_on_error=1',
    UBSAN_OPTIONS: 'print_stacktrace=1',
  },
  tsan: { TSAN_OPTIONS: 'halt_on_error=1' },
};

/**
 * The C++ core's tests: plain, under AddressSanitizer and UndefinedBehaviorSanitizer, under
 * ThreadSanitizer, and as wasm in Node.
 *
 * @param {{ emscripten: import('../setup/emscripten.mjs').Emscripten }} tools what `ensure` found
 * @returns {Promise<import('../test.mjs').Counts>}
 */
export async function testNatively({ emscripten }) {
  const counts = { passed: 0, failed: 0 };
  for (const [preset, env] of Object.entries(BUILDS)) {
    const program = join('build', preset, 'cpp/atelier_tests');
    add(await test(preset, { configure: ['cmake'], run: [program], env }), counts);
  }
  const { emcmake, env } = emscripten;
  const program = 'build/wasm-tests/cpp/atelier_tests.cjs';
  const steps = { configure: [emcmake, 'cmake'], run: [process.execPath, program], env };
  add(await test('wasm-tests', steps), counts);
  return counts;
}

/**
 * Builds the tests by one preset and runs them.
 *
 * @param {string} preset
 * @param {{ configure: string[], run: string[], env: Record<string, string> }} steps the commands,
 *   before their arguments, and what they need of the environment
 * @returns {Promise<import('../test.mjs').Counts>}
 */
async function test(preset, { configure, run, env }) {
  const build = join('build', preset);
  const report = join(REPOSITORY, build, 'tests.json');
  const does = (/** @type {string[]} */ [program, ...args]) =>
    succeeds(program, args, { env, quiet: true });
  const built =
    (await does([...configure, '--preset', preset])) && (await does(['cmake', '--build', build]));
  const passed = built && (await does([...run, `--gtest_output=json:${report}`]));
  console.log(`${passed ? '✓' : '✗'} ${preset}`);
  const { tests, failures } = built
    ? JSON.parse(await readFile(report, 'utf8'))
    : { tests: 0, failures: 0 };
  // A sanitizer's report ends the program: then what it wrote before says nothing.
  return { passed: tests - failures, failed: passed ? 0 : Math.max(failures, 1) };
}

/**
 * @param {import('../test.mjs').Counts} some
 * @param {import('../test.mjs').Counts} counts to which they are added
 */
function add({ passed, failed }, counts) {
  counts.passed += passed;
  counts.failed += failed;
}
