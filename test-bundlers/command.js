import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const REPOSITORY = fileURLToPath(new URL('..', import.meta.url));

/** What programs run with: output to read, nothing that is sent anywhere. */
export const ENVIRONMENT = {
  ...process.env,
  CI: undefined, // where Next.js asks for a cache that outlives a build
  NO_COLOR: '1',
  FORCE_COLOR: undefined, // Playwright's; Node warns if there are both
  NEXT_TELEMETRY_DISABLED: '1',
  NUXT_TELEMETRY_DISABLED: '1',
  ASTRO_TELEMETRY_DISABLED: '1',
  NG_CLI_ANALYTICS: 'false',
};

/**
 * Runs a program to its end.
 * @param {[string, ...string[]]} command the program, and its arguments
 * @param {string} folder
 * @returns {Promise<string>} both outputs
 * @throws {Error} with both outputs in its message
 */
export async function run([program, ...args], folder) {
  try {
    const options = { cwd: folder, env: ENVIRONMENT, maxBuffer: 2 ** 24 };
    const { stdout, stderr } = await promisify(execFile)(program, args, options);
    return stdout + stderr;
  } catch (cause) {
    const { stdout = '', stderr = '' } = /** @type {any} */ (cause);
    throw new Error(`\`${[program, ...args].join(' ')}\` fails:\n${stdout}${stderr}`, { cause });
  }
}

/**
 * @param {string[]} command a script of package.json, and arguments
 * @returns {[string, ...string[]]} the program that runs it, and its arguments
 */
export function npmRun([script, ...args]) {
  return ['npm', 'run', script, '--', ...args];
}

/**
 * Fails if the output of a build or a server has a warning in it, however it is written.
 * @param {string} output
 */
export function expectNoWarning(output) {
  if (/warn|deprecat|⚠|\(!\)/i.test(output)) throw new Error(`there is a warning in:\n${output}`);
}
